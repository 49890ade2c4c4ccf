package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.infra.policy.Intrinsics;
import io.clickstream.infra.policy.Policy;
import io.clickstream.infra.policy.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replays the documented events of both engines through the rule, the policy of the log group and
 * the metric filters. The resources {@code events/*.json} are the examples of these pages, without
 * their comments:
 *
 * <ul>
 *   <li>EMR Serverless, events: <a
 *       href="https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-eventbridge.html">Automating
 *       EMR Serverless with Amazon EventBridge</a>
 *   <li>EMR Serverless, states: <a
 *       href="https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/job-states.html">Job
 *       run states</a>
 *   <li>Glue, event: <a
 *       href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/events/EventTypes.html#glue-event-types">CloudWatch
 *       Events event examples</a>
 *   <li>Glue, states that are events: <a
 *       href="https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html">Automating
 *       AWS Glue with EventBridge</a>
 *   <li>policy: <a
 *       href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions">CloudWatch
 *       Logs permissions</a>
 * </ul>
 */
class RunStatesIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Engine(Synthesis platform, String stack, String file, String of, String name) {

    private static final Engine EMR =
        new Engine(
            Synthesis.onEmr(),
            "Etl",
            "emr-serverless.json",
            "applicationId",
            "{Clickstream-Etl."
                + Synthesis.onEmr()
                    .template("Etl")
                    .id("AWS::EMRServerless::Application", "Application")
                + "}");
    private static final Engine PACKS =
        new Engine(
            Synthesis.onEmr(),
            "Packs",
            "emr-serverless.json",
            "applicationId",
            "{Clickstream-Packs."
                + Synthesis.onEmr()
                    .template("Packs")
                    .id("AWS::EMRServerless::Application", "Application")
                + "}");
    private static final Engine GLUE =
        new Engine(
            Synthesis.onGlue(),
            "Etl",
            "glue.json",
            "jobName",
            "{Clickstream-Etl."
                + Synthesis.onGlue().template("Etl").id("AWS::Glue::Job", "Job")
                + "}");

    static Engine named(String name) {
      return switch (name) {
        case "emr" -> EMR;
        case "packs" -> PACKS;
        default -> GLUE;
      };
    }

    /** Returns the documented event in a state, of this job or of another one. */
    ObjectNode event(String state, boolean ofThisJob) throws IOException {
      ObjectNode event = documented(file);
      ObjectNode detail = (ObjectNode) event.path("detail");
      detail.put("state", state);
      if (ofThisJob) {
        detail.put(of, name);
      }
      return event;
    }

    /** Returns the metrics that count an event, if the rule matches it. */
    Set<String> metrics(JsonNode event) {
      StackTemplate etl = platform.template(stack);
      Set<String> metrics = new TreeSet<>();
      if (!EventRule.matches(pattern(etl), event)) {
        return metrics;
      }
      metrics.add("logged");
      for (JsonNode filter : etl.properties("AWS::Logs::MetricFilter")) {
        if (EventRule.filter(filter.path("FilterPattern").asText(), event)) {
          metrics.add(filter.at("/MetricTransformations/0/MetricName").asText());
        }
      }
      return metrics;
    }

    private JsonNode pattern(StackTemplate etl) {
      ObjectNode pattern = etl.only("AWS::Events::Rule").path("EventPattern").deepCopy();
      // The only reference is the application or the job.
      ((ObjectNode) pattern.path("detail")).putArray(of).add(name);
      return pattern;
    }
  }

  private static ObjectNode documented(String file) throws IOException {
    return (ObjectNode) JSON.readTree(RunStatesIT.class.getResourceAsStream("events/" + file));
  }

  /** The run goes on after a retry, and its last attempt gives it a final state. */
  @Test
  void aRetryIsNotCounted() throws IOException {
    ObjectNode retry = documented("emr-serverless-retry.json");
    ((ObjectNode) retry.path("detail")).put(Engine.EMR.of(), Engine.EMR.name());
    assertThat(Engine.EMR.metrics(retry)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "emr, SUBMITTED,",
    "emr, QUEUED,",
    "emr, PENDING,",
    "emr, SCHEDULED,",
    "emr, RUNNING,",
    "emr, SUCCESS, Succeeded",
    "emr, FAILED, Failed",
    "emr, CANCELLING,",
    "emr, CANCELLED, Failed",
    "packs, RUNNING,",
    "packs, SUCCESS, Succeeded",
    "packs, FAILED, Failed",
    "packs, CANCELLED, Failed",
    "glue, SUCCEEDED, Succeeded",
    "glue, FAILED, Failed",
    "glue, TIMEOUT, Failed",
    "glue, STOPPED, Failed"
  })
  void eachDocumentedStateIsLoggedAndEachFinalOneIsCountedOnce(
      String engine, String state, String metric) throws IOException {
    List<String> expected = new ArrayList<>(List.of("logged"));
    if (metric != null) {
      expected.add(metric);
    }
    Engine of = Engine.named(engine);
    assertThat(of.metrics(of.event(state, true))).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource({"emr, FAILED", "packs, FAILED", "glue, FAILED"})
  void eventsOfOtherJobsAndOfOtherKindsAreNotCounted(String engine, String state)
      throws IOException {
    Engine of = Engine.named(engine);
    assertThat(of.metrics(of.event(state, false))).isEmpty();
    ObjectNode otherKind = of.event(state, true);
    otherKind.put("detail-type", "Glue Job Run Status");
    assertThat(of.metrics(otherKind)).isEmpty();
  }

  /** The rule of the template refers to the application and the job, as {@link Engine} assumes. */
  @Test
  void theRuleNamesTheJob() {
    assertThat(rule(Engine.EMR).at("/detail/applicationId/0/Ref").asText())
        .startsWith("Application");
    assertThat(rule(Engine.GLUE).at("/detail/jobName/0/Ref").asText()).startsWith("Job");
  }

  private static JsonNode rule(Engine of) {
    return of.platform().template(of.stack()).only("AWS::Events::Rule").path("EventPattern");
  }

  /**
   * EventBridge creates a stream before it writes. {@code aws:SourceArn} exists in the request that
   * writes only.
   */
  @ParameterizedTest
  @CsvSource({"emr", "packs", "glue"})
  void eventBridgeMayCreateAStreamAndOnlyTheRuleMayWrite(String engine) throws IOException {
    Synthesis platform = Engine.named(engine).platform();
    String stack = "Clickstream-" + Engine.named(engine).stack();
    Intrinsics intrinsics = new Intrinsics(platform.templates());
    StackTemplate etl = platform.template(Engine.named(engine).stack());
    Policy policy =
        new Policy(
            JSON.readTree(
                intrinsics.resolve(
                    stack, etl.only("AWS::Logs::ResourcePolicy").path("PolicyDocument"))),
            intrinsics,
            stack,
            true);
    String log = "{" + stack + "." + etl.id("AWS::Logs::LogGroup", "JobEvents") + ".Arn}";
    String rule = "{" + stack + "." + etl.id("AWS::Events::Rule", "JobStates") + ".Arn}";
    Request create = Request.of("logs:CreateLogStream", log);
    Request put = Request.of("logs:PutLogEvents", log);
    for (String service : List.of("events.amazonaws.com", "delivery.logs.amazonaws.com")) {
      assertThat(policy.answer(service, create)).isEqualTo(Policy.Answer.ALLOWED);
      assertThat(policy.answer(service, put.with("aws:SourceArn", rule)))
          .isEqualTo(Policy.Answer.ALLOWED);
      assertThat(policy.answer(service, put)).isEqualTo(Policy.Answer.SILENT);
      assertThat(policy.answer(service, put.with("aws:SourceArn", "another")))
          .isEqualTo(Policy.Answer.SILENT);
    }
    assertThat(policy.answer("somebody", create)).isEqualTo(Policy.Answer.SILENT);
    assertThat(policy.answer("events.amazonaws.com", Request.of("logs:CreateLogStream", "other")))
        .isEqualTo(Policy.Answer.SILENT);
  }
}
