package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Validations;

/**
 * The environment variables of the ingest function as parameters of the stack. docs/ingest.md
 * describes each. {@code ALLOWED_ORIGINS} is not among them, because an HTTP API with CORS settings
 * ignores the CORS headers of the function.
 */
final class FunctionSettings {

  private static final String STREAM_EVENTS = "StreamEvents";
  private static final String STREAM_IS_USED = "StreamIsUsed";

  private final CfnParameter batchObjects;
  private final CfnParameter sampleRate;
  private final CfnParameter eventsPerSecond;
  private final CfnParameter callerSecret;
  private final CfnParameter unsignedRequests;

  /** The switch of the stream, and its name by a condition; empty without the stack Stream. */
  private final Optional<CfnParameter> streamEvents;

  private final String streamName;

  /**
   * @param stream whether there is a stream that the function may use
   */
  FunctionSettings(PlatformStack stack, boolean stream) {
    streamEvents = stream ? Optional.of(streamEvents(stack)) : Optional.empty();
    streamName = stack.name(StreamStack.STREAM);
    batchObjects =
        stack.choice(
            "BatchObjects",
            "false",
            List.of("true", "false"),
            "true stores an array of events as one object, at a tenth of the price or less"
                + " (docs/cost.md)");
    sampleRate =
        stack.text(
            "SampleRate",
            "1",
            "^(1|0\\.\\d{0,8}[1-9])$",
            "Share of visitors whose events are stored, against a flood; 1 stores all");
    eventsPerSecond =
        stack.text(
            "MaxEventsPerSecond",
            "50",
            "^([1-9]\\d{0,5})?$",
            "Events per second that one address may send to one process; empty: no limit. Mobile"
                + " networks share addresses");
    callerSecret =
        stack.text(
            "CallerSecret",
            "",
            "^[A-Za-z0-9/_+=.@-]{0,60}$",
            "Name of a JSON secret {SHARED_KEYS, HMAC_SECRETS} that callers have to know;"
                + " empty: anybody may send events");
    // The value is a secret's name, not the secret.
    Validations.of(stack)
        .acknowledge(
            Acknowledgment.builder()
                .id("CloudFormation-Validate::W2509")
                .reason("CallerSecret is the name of a secret, and no password.")
                .build());
    unsignedRequests =
        stack.choice(
            "UnsignedRequests",
            "false",
            List.of("true", "false"),
            "true accepts requests without a signature beside signed ones, if the secret holds"
                + " HMAC_SECRETS: browsers cannot sign");
  }

  private static CfnParameter streamEvents(PlatformStack stack) {
    CfnParameter parameter =
        stack.choice(
            STREAM_EVENTS,
            "false",
            List.of("true", "false"),
            "true puts events on the stream of the stack Stream, whose writer stores them on S3"
                + " in batches (docs/cost.md). Deploy the stack Stream first");
    CfnCondition.Builder.create(stack, STREAM_IS_USED)
        .expression(Fn.conditionEquals(parameter.getValueAsString(), "true"))
        .build();
    return parameter;
  }

  /** Returns the environment variables by name. */
  Map<String, String> environment(String bucket) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("RAW_BUCKET_NAME", bucket);
    variables.put("BATCH_OBJECTS", batchObjects.getValueAsString());
    variables.put("SAMPLE_RATE", sampleRate.getValueAsString());
    variables.put("MAX_EVENTS_PER_SECOND", eventsPerSecond.getValueAsString());
    variables.put("CALLERS_SECRET", callerSecret.getValueAsString());
    variables.put("UNSIGNED_REQUESTS", unsignedRequests.getValueAsString());
    if (streamEvents.isPresent()) {
      variables.put("STREAM_NAME", Fn.conditionIf(STREAM_IS_USED, streamName, "").toString());
    }
    return variables;
  }

  /**
   * Returns the ARN pattern of the secret, which ends in six characters that Secrets Manager
   * chooses. Without a name it matches no secret.
   */
  String secretArn() {
    return Fn.sub(
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${CallerSecret}-??????");
  }

  /** Returns all values that may differ between deployments, in up to 160 characters. */
  String description() {
    return Fn.join(
        "",
        List.of(
            "batch objects ",
            batchObjects.getValueAsString(),
            ", sample rate ",
            sampleRate.getValueAsString(),
            ", at most [",
            eventsPerSecond.getValueAsString(),
            "] a second, unsigned ",
            unsignedRequests.getValueAsString(),
            ", callers [",
            callerSecret.getValueAsString(),
            "], stream ",
            streamEvents.map(CfnParameter::getValueAsString).orElse("false")));
  }
}
