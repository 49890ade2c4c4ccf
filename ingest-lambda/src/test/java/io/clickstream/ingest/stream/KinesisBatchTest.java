package io.clickstream.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KinesisBatchTest {

  private static final String NUMBER = "49590338271490256608559692538361571095921575989136588898";

  /** The event of docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html. */
  private static final String DOCUMENTED =
      """
      {"Records":[
        {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1",
           "sequenceNumber":"NUMBER",
           "data":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","approximateArrivalTimestamp":1545084650.987},
         "eventSource":"aws:kinesis","eventVersion":"1.0",
         "eventID":"shardId-000000000006:NUMBER",
         "eventName":"aws:kinesis:record","awsRegion":"us-east-2",
         "invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role",
         "eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}]}
      """
          .replace("NUMBER", NUMBER);

  private static List<ShardRecord> read(String event) throws IOException {
    return KinesisBatch.read(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void readsTheDocumentedEvent() throws IOException {
    List<ShardRecord> records = read(DOCUMENTED);
    assertThat(records).hasSize(1);
    ShardRecord item = records.get(0);
    assertThat(item.shard()).isEqualTo("shardId-000000000006");
    assertThat(item.sequenceNumber()).isEqualTo(NUMBER);
    assertThat(item.arrival()).isEqualTo(Instant.parse("2018-12-17T22:10:50.987Z"));
    assertThat(new String(item.data(), StandardCharsets.UTF_8)).isEqualTo("Hello, this is a test.");
  }

  @Test
  void aTimeMayBeWrittenWithAnExponent() throws IOException {
    assertThat(read(DOCUMENTED.replace("1545084650.987", "1.545084650987E9")).get(0).arrival())
        .isEqualTo(Instant.parse("2018-12-17T22:10:50.987Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"Records\":[{}]}",
        "{\"Records\":[{\"eventID\":\"x\",\"kinesis\":{}}]}",
        "{\"Records\":[{\"eventID\":\"shardId-0:1\",\"kinesis\":{\"sequenceNumber\":\"1\"}}]}"
      })
  void otherEventsAreRefused(String event) {
    assertThatThrownBy(() -> read(event))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no batch of Kinesis");
  }

  @Test
  void theAnswerNamesTheRecordToRetryFrom() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    KinesisBatch.answer(Optional.of("495"), out);
    assertThat(out).hasToString("{\"batchItemFailures\":[{\"itemIdentifier\":\"495\"}]}");
    out.reset();
    KinesisBatch.answer(Optional.empty(), out);
    assertThat(out).hasToString("{\"batchItemFailures\":[]}");
  }
}
