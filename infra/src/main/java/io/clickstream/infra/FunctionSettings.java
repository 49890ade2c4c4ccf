package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.SecretsManagerSecretOptions;

/**
 * The ingest function's variables as parameters of the stack; what each means stands in
 * docs/ingest.md. {@code ALLOWED_ORIGINS} is none of them: behind an API with CORS settings of its
 * own, the function's headers are void.
 */
final class FunctionSettings {

  private static final String CALLER_PROOF_IS_GIVEN = "CallerProofIsGiven";

  private final CfnParameter batchObjects;
  private final CfnParameter sampleRate;
  private final CfnParameter eventsPerSecond;
  private final CfnParameter callerProof;

  FunctionSettings(PlatformStack stack) {
    batchObjects =
        CfnParameter.Builder.create(stack, "BatchObjects")
            .type("String")
            .defaultValue("false")
            .allowedValues(List.of("true", "false"))
            .description(
                "true stores an array of events as one object, for a tenth of the price or less"
                    + " (docs/cost.md)")
            .build();
    sampleRate =
        stack.text(
            "SampleRate",
            "1",
            "^(1|0\\.\\d{0,8}[1-9])$",
            "Share of visitors whose events are kept, against a flood; 1 keeps all");
    eventsPerSecond =
        stack.text(
            "MaxEventsPerSecond",
            "",
            "^([1-9]\\d{0,5})?$",
            "Events a second that one address may send to one process; no limit when empty");
    callerProof =
        stack.text(
            "CallerProof",
            "",
            "^[A-Za-z0-9/_+=.@-]{0,100}$",
            "Name of a secret of JSON, {SHARED_KEYS, HMAC_SECRETS}: callers then have to prove that"
                + " they know one; nobody has to when empty");
    CfnCondition.Builder.create(stack, CALLER_PROOF_IS_GIVEN)
        .expression(Fn.conditionNot(Fn.conditionEquals(callerProof.getValueAsString(), "")))
        .build();
  }

  /** Variables by name. */
  Map<String, String> environment(String bucket) {
    return Map.of(
        "RAW_BUCKET_NAME", bucket,
        "BATCH_OBJECTS", batchObjects.getValueAsString(),
        "SAMPLE_RATE", sampleRate.getValueAsString(),
        "MAX_EVENTS_PER_SECOND", eventsPerSecond.getValueAsString(),
        "SHARED_KEYS", ofSecret("SHARED_KEYS"),
        "HMAC_SECRETS", ofSecret("HMAC_SECRETS"));
  }

  /** Looked up by CloudFormation at deployment: it is in no template, parameter or event. */
  private String ofSecret(String field) {
    SecretValue value =
        SecretValue.secretsManager(
            callerProof.getValueAsString(),
            SecretsManagerSecretOptions.builder().jsonField(field).build());
    return Fn.conditionIf(CALLER_PROOF_IS_GIVEN, value.unsafeUnwrap(), "").toString();
  }

  /** All values that may differ from one deployment to the next, in up to 150 characters. */
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
            callerProof.getValueAsString(),
            "]"));
  }
}
