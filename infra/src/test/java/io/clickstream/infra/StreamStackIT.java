package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.infra.policy.Intrinsics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The stream, its writer, and the mapping between them. The stream is off by default. */
class StreamStackIT {

  private final StackTemplate stream = Synthesis.onEmr().template("Stream");

  @Test
  void theStreamIsEncryptedAndKeepsRecordsForADay() {
    JsonNode events = stream.only("AWS::Kinesis::Stream");
    assertThat(events.path("Name").asText()).isEqualTo("clickstream-stream-events");
    assertThat(events.at("/StreamEncryption/EncryptionType").asText()).isEqualTo("KMS");
    assertThat(events.at("/ShardCount/Ref").asText()).isEqualTo("StreamShards");
    assertThat(events.at("/RetentionPeriodHours/Ref").asText()).isEqualTo("StreamRetentionHours");
    assertThat(stream.parameter("StreamShards").path("Default").asText()).isEqualTo("1");
    assertThat(stream.parameter("StreamRetentionHours").path("Default").asText()).isEqualTo("24");
  }

  /** Objects that are written later than the look-back of the job are found by no schedule. */
  @Test
  void theJobRefusesALookBackThatIsShorterThanTheLongestRetention() {
    JsonNode retention = stream.parameter("StreamRetentionHours");
    assertThat(retention.path("MinValue").asInt()).isEqualTo(24);
    int hours = retention.path("MaxValue").asInt();
    assertThat(hours).isEqualTo(StreamStack.MOST_RETENTION_HOURS);
    JsonNode lookBack = Synthesis.onEmr().template("Etl").parameter("LookBack");
    Pattern accepted = Pattern.compile(lookBack.path("AllowedPattern").asText());
    for (int length = 1; length <= 999; length++) {
      assertThat(accepted.matcher(length + "h").matches()).isEqualTo(length >= hours);
      assertThat(accepted.matcher(length + "d").matches()).isEqualTo(24 * length >= hours);
    }
    assertThat(lookBack.path("Default").asText()).isEqualTo("3d");
    assertThat(lookBack.path("ConstraintDescription").asText())
        .isEqualTo(
            "Give at least 48h: the stream may write events so late (StreamRetentionHours).");
    // Without a stream, events are on S3 before they are accepted.
    JsonNode alone = Synthesis.onGlue().template("Etl").parameter("LookBack");
    assertThat("1d").matches(alone.path("AllowedPattern").asText());
    assertThat(alone.has("ConstraintDescription")).isFalse();
  }

  @Test
  void theMappingRetriesUntilRecordsAreNearlyTooOldAndThenTellsTheQueue() {
    JsonNode mapping = stream.only("AWS::Lambda::EventSourceMapping");
    assertThat(mapping.at("/EventSourceArn/Fn::GetAtt/0").asText())
        .isEqualTo(stream.id("AWS::Kinesis::Stream", "Events"));
    assertThat(mapping.at("/FunctionName/Ref").asText())
        .isEqualTo(stream.id("AWS::Lambda::Function", "Writer"));
    assertThat(mapping.path("BatchSize").asInt()).isEqualTo(10_000);
    assertThat(mapping.at("/MaximumBatchingWindowInSeconds/Ref").asText())
        .isEqualTo("StreamBatchWindowSeconds");
    assertThat(mapping.path("BisectBatchOnFunctionError").asBoolean()).isTrue();
    assertThat(mapping.path("MaximumRetryAttempts").asInt()).isEqualTo(-1);
    assertThat(mapping.path("StartingPosition").asText()).isEqualTo("TRIM_HORIZON");
    assertThat(mapping.path("FunctionResponseTypes"))
        .extracting(JsonNode::asText)
        .containsExactly("ReportBatchItemFailures");
    JsonNode age = mapping.at("/MaximumRecordAgeInSeconds/Fn::If");
    assertThat(age.get(0).asText()).isEqualTo("RetentionIsTwoDays");
    assertThat(age.get(1).asInt()).isEqualTo(46 * 3_600);
    assertThat(age.get(2).asInt()).isEqualTo(22 * 3_600);
    assertThat(mapping.at("/DestinationConfig/OnFailure/Destination/Fn::GetAtt/0").asText())
        .isEqualTo(stream.id("AWS::SQS::Queue", "Discarded"));
  }

  @Test
  void theWriterIsTheSecondHandlerOfTheSameJar() {
    JsonNode writer = stream.only("AWS::Lambda::Function");
    JsonNode ingest = Synthesis.onEmr().template("Ingest").only("AWS::Lambda::Function");
    assertThat(writer.path("FunctionName").asText()).isEqualTo("clickstream-lambda-stream-writer");
    assertThat(writer.path("Handler").asText())
        .isEqualTo("io.clickstream.ingest.StreamWriterHandler");
    assertThat(writer.path("Code")).isEqualTo(ingest.path("Code"));
    assertThat(writer.at("/Environment/Variables").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("RAW_BUCKET_NAME");
    assertThat(writer.has("VpcConfig")).isFalse();
    assertThat(writer.at("/LoggingConfig/LogGroup").asText())
        .isEqualTo(stream.only("AWS::Logs::LogGroup").path("LogGroupName").asText());
  }

  @Test
  void theIngestFunctionUsesTheStreamOnlyIfItsParameterSaysSo() {
    StackTemplate ingest = Synthesis.onEmr().template("Ingest");
    assertThat(ingest.parameter("StreamEvents").path("Default").asText()).isEqualTo("false");
    JsonNode name =
        ingest.only("AWS::Lambda::Function").at("/Environment/Variables/STREAM_NAME/Fn::If");
    assertThat(name.get(0).asText()).isEqualTo("StreamIsUsed");
    assertThat(name.get(1)).isEqualTo(stream.only("AWS::Kinesis::Stream").path("Name"));
    assertThat(name.get(2).asText("x")).isEmpty();
    assertThat(Synthesis.onGlue().template("Ingest").parameter("StreamEvents").isMissingNode())
        .isTrue();
  }

  @Test
  void theAlarmsReadTheMetricsOfTheseResources() {
    Map<String, String> read = new TreeMap<>();
    Intrinsics intrinsics = new Intrinsics(Synthesis.onEmr().templates());
    for (JsonNode alarm : stream.properties("AWS::CloudWatch::Alarm")) {
      read.put(
          alarm.path("AlarmName").asText(),
          alarm.path("MetricName").asText()
              + " of "
              + intrinsics.resolve("Clickstream-Stream", alarm.at("/Dimensions/0/Value")));
    }
    String writer = stream.only("AWS::Lambda::Function").path("FunctionName").asText();
    String queue = stream.only("AWS::SQS::Queue").path("QueueName").asText();
    assertThat(read)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "clickstream-stream-late", "IteratorAge of " + writer,
                "clickstream-stream-retention", "IteratorAge of " + writer,
                "clickstream-stream-writer-errors", "Errors of " + writer,
                "clickstream-stream-discarded", "ApproximateNumberOfMessagesVisible of " + queue,
                "clickstream-stream-throttled",
                    "WriteProvisionedThroughputExceeded of clickstream-stream-events"));
    assertThat(StreamStack.alarms())
        .containsExactlyInAnyOrderElementsOf(
            read.keySet().stream().map(name -> name.substring("clickstream-".length())).toList());
    assertThat(List.copyOf(read.keySet())).hasSize(5);
  }
}
