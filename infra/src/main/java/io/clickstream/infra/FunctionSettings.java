package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.SecretsManagerSecretOptions;
import software.amazon.awscdk.Validations;

/**
 * The environment variables of the ingest function as parameters of the stack. docs/ingest.md
 * describes each. {@code ALLOWED_ORIGINS} is not among them, because an HTTP API with CORS settings
 * ignores the CORS headers of the function.
 */
final class FunctionSettings {

  private static final String CALLER_SECRET_IS_GIVEN = "CallerSecretIsGiven";

  private final CfnParameter batchObjects;
  private final CfnParameter sampleRate;
  private final CfnParameter eventsPerSecond;
  private final CfnParameter callerSecret;

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
            "",
            "^([1-9]\\d{0,5})?$",
            "Events per second that one address may send to one process; empty: no limit");
    callerSecret =
        stack.text(
            "CallerSecret",
            "",
            "^[A-Za-z0-9/_+=.@-]{0,100}$",
            "Name of a JSON secret {SHARED_KEYS, HMAC_SECRETS} that callers have to know;"
                + " empty: anybody may send events");
    // The value is the name of a secret, which is no secret.
    Validations.of(stack)
        .acknowledge(
            Acknowledgment.builder()
                .id("CloudFormation-Validate::W2509")
                .reason("CallerSecret is the name of a secret, and no password.")
                .build());
    CfnCondition.Builder.create(stack, CALLER_SECRET_IS_GIVEN)
        .expression(Fn.conditionNot(Fn.conditionEquals(callerSecret.getValueAsString(), "")))
        .build();
  }

  /** Returns the environment variables by name. */
  Map<String, String> environment(String bucket) {
    return Map.of(
        "RAW_BUCKET_NAME", bucket,
        "BATCH_OBJECTS", batchObjects.getValueAsString(),
        "SAMPLE_RATE", sampleRate.getValueAsString(),
        "MAX_EVENTS_PER_SECOND", eventsPerSecond.getValueAsString(),
        "SHARED_KEYS", ofSecret("SHARED_KEYS"),
        "HMAC_SECRETS", ofSecret("HMAC_SECRETS"));
  }

  /**
   * Returns a reference that CloudFormation resolves at deployment. The secret is in no template,
   * parameter or event.
   */
  private String ofSecret(String field) {
    SecretValue value =
        SecretValue.secretsManager(
            callerSecret.getValueAsString(),
            SecretsManagerSecretOptions.builder().jsonField(field).build());
    return Fn.conditionIf(CALLER_SECRET_IS_GIVEN, value.unsafeUnwrap(), "").toString();
  }

  /** Returns all values that may differ between deployments, in up to 150 characters. */
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
            "] a second, callers [",
            callerSecret.getValueAsString(),
            "]"));
  }
}
