package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.infra.policy.Intrinsics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On either engine, the job runs every half hour, without retries by AWS. */
class EtlStackIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StackTemplate emr = Synthesis.onEmr().template("Etl");
  private final StackTemplate glue = Synthesis.onGlue().template("Etl");

  @Test
  void theScheduleIsHalfHourlyWithoutRetriesAndWithADeadLetterQueue() {
    for (StackTemplate etl : List.of(emr, glue)) {
      JsonNode schedule = etl.schedule("Schedule");
      assertThat(schedule.at("/ScheduleExpression/Ref").asText()).isEqualTo("ScheduleExpression");
      JsonNode expression = etl.parameter("ScheduleExpression");
      assertThat(expression.path("Default").asText()).isEqualTo("cron(5,35 * * * ? *)");
      assertThat("cron(5 * * * ? *)").matches(expression.path("AllowedPattern").asText());
      assertThat(schedule.path("ScheduleExpressionTimezone").asText()).isEqualTo("UTC");
      assertThat(schedule.at("/FlexibleTimeWindow/Mode").asText()).isEqualTo("OFF");
      assertThat(schedule.at("/State/Ref").asText()).isEqualTo("ScheduleState");
      assertThat(schedule.at("/Target/RetryPolicy/MaximumRetryAttempts").asInt(-1)).isZero();
      assertThat(schedule.at("/Target/DeadLetterConfig/Arn/Fn::GetAtt/0").asText())
          .isEqualTo(etl.id("AWS::SQS::Queue", "NotStarted"));
    }
  }

  @Test
  void theApplicationRunsOneJobAtATimeInTheEtlSubnetOnArm() {
    JsonNode application = emr.only("AWS::EMRServerless::Application");
    assertThat(application.path("ReleaseLabel").asText()).isEqualTo("emr-spark-8.1.0");
    assertThat(application.at("/Architecture/Ref").asText()).isEqualTo("Architecture");
    assertThat(emr.parameter("Architecture").path("Default").asText()).isEqualTo("ARM64");
    assertThat(application.at("/SchedulerConfiguration/MaxConcurrentRuns").asInt()).isEqualTo(1);
    assertThat(application.at("/AutoStopConfiguration/Enabled").asBoolean()).isTrue();
    assertThat(application.at("/MaximumCapacity/Cpu").toString()).contains("MaxVcpu");
    assertThat(application.at("/NetworkConfiguration/SubnetIds").toString()).contains("PrivateEtl");
    assertThat(application.at("/NetworkConfiguration/SecurityGroupIds").toString())
        .contains("SGETL");
    assertThat(
            application.at("/MonitoringConfiguration/S3MonitoringConfiguration/LogUri").toString())
        .contains("OperationsBucket", "/logs/etl/");
  }

  @Test
  void theScheduleStartsAJobRunOfTheEtlMainClassWithAClientToken() throws IOException {
    JsonNode target = emr.schedule("Schedule").path("Target");
    assertThat(target.path("Arn").toString())
        .contains(":scheduler:::aws-sdk:emrserverless:startJobRun");
    JsonNode input = input(Synthesis.onEmr(), target);
    assertThat(input.path("ClientToken").asText()).isEqualTo("<aws.scheduler.execution-id>");
    assertThat(input.at("/RetryPolicy/MaxAttempts").asInt()).isEqualTo(1);
    assertThat(input.at("/JobDriver/SparkSubmit/SparkSubmitParameters").asText())
        .startsWith("--class io.clickstream.etl.EtlMain --conf ");
    assertThat(input.at("/JobDriver/SparkSubmit/EntryPoint").asText())
        .startsWith("s3://cdk-hnb659fds-assets-")
        .endsWith(".jar");
    List<String> arguments = new ArrayList<>();
    input
        .at("/JobDriver/SparkSubmit/EntryPointArguments")
        .forEach(argument -> arguments.add(argument.asText()));
    assertThat(arguments).last().isEqualTo("--since-last-run");
    assertThat(value(arguments, "--raw")).startsWith("s3a://").endsWith("/events");
    assertThat(value(arguments, "--jdbc-url"))
        .isEqualTo("jdbc:postgresql://warehouse.clickstream.internal:5432/clickstream_dw");
    assertThat(value(arguments, "--db-secret-arn")).contains("LoaderSecret");
    assertThat(value(arguments, "--db-ca")).endsWith("/tls/warehouse-ca.pem");
    assertThat(value(arguments, "--aws-region")).isEqualTo(Intrinsics.REGION);
    assertThat(value(arguments, "--look-back")).isEqualTo("{Clickstream-Etl.LookBack}");
    assertThat(value(arguments, "--rejected-bytes-for"))
        .isEqualTo("{Clickstream-Etl.RejectedBytesFor}");
  }

  @Test
  void theGlueJobRunsBesideABackfillAndIsNotRetried() {
    JsonNode job = glue.only("AWS::Glue::Job");
    assertThat(job.path("GlueVersion").asText()).isEqualTo("6.0");
    assertThat(job.path("MaxRetries").asInt(-1)).isZero();
    assertThat(job.at("/ExecutionProperty/MaxConcurrentRuns").asInt()).isEqualTo(2);
    assertThat(job.path("JobRunQueuingEnabled").asBoolean()).isTrue();
    assertThat(job.at("/Command/ScriptLocation").toString()).contains(".scala");
    assertThat(job.at("/NumberOfWorkers/Ref").asText()).isEqualTo("MaxWorkers");
    JsonNode arguments = job.path("DefaultArguments");
    assertThat(arguments.path("--class").asText()).isEqualTo("GlueApp");
    assertThat(arguments.path("--since-last-run").asText()).isEqualTo("true");
    assertThat(arguments.path("--enable-auto-scaling").asText()).isEqualTo("true");
    assertThat(arguments.path("--extra-jars").toString()).contains(".jar");
    assertThat(arguments.path("--aws-region").toString()).contains("AWS::Region");
    assertThat(arguments.at("/--rejected-bytes-for/Ref").asText()).isEqualTo("RejectedBytesFor");
    assertThat(arguments.has("--user-jars-first")).isFalse();
  }

  @Test
  void theGlueJobReachesTheNetworkByAConnection() {
    JsonNode connection = glue.only("AWS::Glue::Connection").path("ConnectionInput");
    assertThat(connection.path("ConnectionType").asText()).isEqualTo("NETWORK");
    JsonNode place = connection.path("PhysicalConnectionRequirements");
    assertThat(place.path("SubnetId").toString()).contains("PrivateEtl");
    assertThat(place.path("SecurityGroupIdList").toString()).contains("SGETL");
    assertThat(place.has("AvailabilityZone")).isTrue();
    assertThat(glue.only("AWS::Glue::Job").at("/Connections/Connections/0/Ref").asText())
        .isEqualTo(glue.id("AWS::Glue::Connection", "Connection"));
  }

  @Test
  void theScheduleStartsTheGlueJob() throws IOException {
    JsonNode target = glue.schedule("Schedule").path("Target");
    assertThat(target.path("Arn").toString()).contains(":scheduler:::aws-sdk:glue:startJobRun");
    JsonNode input = input(Synthesis.onGlue(), target);
    assertThat(input.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("JobName", "Arguments");
    // The other arguments are those of the job. A run with another window refuses a look-back.
    assertThat(input.path("Arguments"))
        .isEqualTo(JSON.readTree("{\"--look-back\":\"{Clickstream-Etl.LookBack}\"}"));
    assertThat(glue.only("AWS::Glue::Job").path("DefaultArguments").has("--look-back")).isFalse();
  }

  @Test
  void theScheduleThatClosesIsOffByDefaultAndDaily() {
    for (StackTemplate etl : List.of(emr, glue)) {
      JsonNode schedule = etl.schedule("CloseSchedule");
      assertThat(schedule.at("/State/Ref").asText()).isEqualTo("CloseScheduleState");
      assertThat(etl.parameter("CloseScheduleState").path("Default").asText())
          .isEqualTo("DISABLED");
      assertThat(schedule.at("/ScheduleExpression/Ref").asText())
          .isEqualTo("CloseScheduleExpression");
      assertThat(etl.parameter("CloseScheduleExpression").path("Default").asText())
          .isEqualTo("cron(50 19 * * ? *)");
      assertThat(schedule.at("/Target/RetryPolicy/MaximumRetryAttempts").asInt(-1)).isZero();
      assertThat(schedule.at("/Target/DeadLetterConfig/Arn/Fn::GetAtt/0").asText())
          .isEqualTo(etl.id("AWS::SQS::Queue", "NotStarted"));
      JsonNode keep = etl.parameter("CloseKeep");
      assertThat(keep.path("Default").asText()).isEqualTo("400d");
      assertThat("0d").doesNotMatch(keep.path("AllowedPattern").asText());
    }
  }

  @Test
  void aRunThatClosesHasTheWarehouseAndNoHours() throws IOException {
    JsonNode input = input(Synthesis.onEmr(), emr.schedule("CloseSchedule").path("Target"));
    List<String> arguments = new ArrayList<>();
    input
        .at("/JobDriver/SparkSubmit/EntryPointArguments")
        .forEach(argument -> arguments.add(argument.asText()));
    assertThat(value(arguments, "--keep")).isEqualTo("{Clickstream-Etl.CloseKeep}");
    assertThat(value(arguments, "--jdbc-url")).endsWith(":5432/clickstream_dw");
    assertThat(value(arguments, "--db-secret-arn")).contains("LoaderSecret");
    assertThat(arguments)
        .hasSize(10)
        .contains("--db-ca", "--aws-region")
        .doesNotContain("--since-last-run");
    assertThat(input.path("Name").asText()).isEqualTo("clickstream-close");

    assertThat(
            input(Synthesis.onGlue(), glue.schedule("CloseSchedule").path("Target"))
                .path("Arguments"))
        .isEqualTo(
            JSON.readTree(
                "{\"--since-last-run\":\"false\",\"--keep\":\"{Clickstream-Etl.CloseKeep}\"}"));
  }

  @Test
  void eachEngineHasOnlyItsOwnResources() {
    assertThat(emr.resources("AWS::Glue::Job")).isEmpty();
    assertThat(glue.resources("AWS::EMRServerless::Application")).isEmpty();
  }

  @Test
  void everyChangeOfARunsStateIsLoggedForAMonth() {
    emr.has(
        "AWS::Events::Rule",
        Map.of(
            "EventPattern",
            Map.of(
                "source", List.of("aws.emr-serverless"),
                "detail-type", List.of("EMR Serverless Job Run State Change"))));
    glue.has("AWS::Events::Rule", Map.of("EventPattern", Map.of("source", List.of("aws.glue"))));
    for (StackTemplate etl : List.of(emr, glue)) {
      assertThat(etl.only("AWS::Events::Rule").at("/Targets/0/Arn").toString())
          .contains("log-group:", "JobEvents");
      assertThat(etl.only("AWS::Logs::LogGroup").path("RetentionInDays").asInt()).isEqualTo(30);
    }
  }

  @Test
  void settingsThatTheFirstLoadFixesAreParameters() {
    for (StackTemplate etl : List.of(emr, glue)) {
      assertThat(etl.parameter("OwnHosts").has("Default")).isFalse();
      assertThat(etl.parameter("TimeZone").path("Default").asText()).isEqualTo("Asia/Ho_Chi_Minh");
      assertThat(etl.parameter("SessionGap").path("Default").asText()).isEqualTo("30m");
      assertThat(etl.parameter("PriceScale").path("Default").asText()).isEqualTo("0");
      assertThat(etl.parameter("RejectedBytesFor").path("Default").asText()).isEqualTo("0d");
      String pattern = etl.parameter("RejectedBytesFor").path("AllowedPattern").asText();
      assertThat(List.of("0d", "1d", "36500d")).allMatch(value -> value.matches(pattern));
      assertThat(List.of("", "30", "36h", "030d")).noneMatch(value -> value.matches(pattern));
    }
  }

  private static JsonNode input(Synthesis platform, JsonNode target) throws IOException {
    return JSON.readTree(
        new Intrinsics(platform.templates()).resolve("Clickstream-Etl", target.path("Input")));
  }

  private static String value(List<String> arguments, String name) {
    return arguments.get(arguments.indexOf(name) + 1);
  }
}
