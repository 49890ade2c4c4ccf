package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Validations;

/**
 * The environment variables of the ingest function as parameters of the stack. docs/ingest.md
 * describes each. {@code ALLOWED_ORIGINS} is not among them, because an HTTP API with CORS settings
 * ignores the CORS headers of the function.
 */
final class FunctionSettings {

  private final CfnParameter batchObjects;
  private final CfnParameter sampleRate;
  private final CfnParameter eventsPerSecond;
  private final CfnParameter callerSecret;
  private final CfnParameter unsignedRequests;

  FunctionSettings(PlatformStack stack) {
    batchObjects =
        CfnParameter.Builder.create(stack, "BatchObjects")
            .type("String")
            .defaultValue("false")
            .allowedValues(List.of("true", "false"))
            .description(
                "true stores an array of events as one object, at a tenth of the price or less"
                    + " (docs/cost.md)")
            .build();
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
        CfnParameter.Builder.create(stack, "UnsignedRequests")
            .type("String")
            .defaultValue("false")
            .allowedValues(List.of("true", "false"))
            .description(
                "true accepts requests without a signature beside signed ones, if the secret holds"
                    + " HMAC_SECRETS: browsers cannot sign")
            .build();
  }

  /** Returns the environment variables by name. */
  Map<String, String> environment(String bucket) {
    return Map.of(
        "RAW_BUCKET_NAME", bucket,
        "BATCH_OBJECTS", batchObjects.getValueAsString(),
        "SAMPLE_RATE", sampleRate.getValueAsString(),
        "MAX_EVENTS_PER_SECOND", eventsPerSecond.getValueAsString(),
        "CALLERS_SECRET", callerSecret.getValueAsString(),
        "UNSIGNED_REQUESTS", unsignedRequests.getValueAsString());
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
            "]"));
  }
}
