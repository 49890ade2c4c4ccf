package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.infra.policy.Intrinsics;
import io.clickstream.infra.policy.Policy;
import io.clickstream.infra.policy.Request;
import io.clickstream.infra.policy.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each role may do its work and nothing else. */
class PoliciesIT {

  private static final String ARN_OF_EC2 =
      "arn:aws:ec2:" + Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":";

  private final Deployed emr = new Deployed(Synthesis.onEmr());
  private final Deployed glue = new Deployed(Synthesis.onGlue());

  /** A synthesized platform with accessors for the resources that tests use. */
  private record Deployed(Synthesis synthesis) {

    Role role(String stack, String prefix) {
      return Role.all(synthesis.templates()).stream()
          .filter(role -> role.name().startsWith("Clickstream-" + stack + "." + prefix))
          .findFirst()
          .orElseThrow();
    }

    String bucket(String prefix) {
      return "arn:aws:s3:::{Clickstream-Buckets."
          + synthesis.template("Buckets").id("AWS::S3::Bucket", prefix)
          + "}";
    }

    String event() {
      return bucket("RawBucket")
          + "/events/2026/11/22/13/event-0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json";
    }

    String erasureRequest() {
      return bucket("RawBucket") + "/erasures/0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json";
    }

    String operations(String key) {
      return bucket("OperationsBucket") + "/" + key;
    }

    String secret(String stack, String prefix) {
      return "{Clickstream-"
          + stack
          + "."
          + synthesis.template(stack).id("AWS::SecretsManager::Secret", prefix)
          + "}";
    }

    /** Returns the asset of the job's jar. */
    String jar() {
      String text = synthesis.templates().get("Clickstream-Etl").toString();
      java.util.regex.Matcher jar =
          java.util.regex.Pattern.compile("[0-9a-f]{64}\\.jar").matcher(text);
      assertThat(jar.find()).isTrue();
      return assets() + jar.group();
    }

    String assets() {
      return "arn:aws:s3:::cdk-hnb659fds-assets-"
          + Intrinsics.ACCOUNT
          + "-"
          + Intrinsics.REGION
          + "/";
    }
  }

  private static void may(Role role, String action, String resource) {
    assertThat(role.may(Request.of(action, resource)))
        .as("%s may %s on %s", role, action, resource)
        .isTrue();
  }

  private static void mayNot(Role role, String resource, String... actions) {
    for (String action : actions) {
      assertThat(role.may(Request.of(action, resource)))
          .as("%s must not %s on %s", role, action, resource)
          .isFalse();
    }
  }

  @Test
  void theListOfRolesIsComplete() {
    assertThat(Role.all(Synthesis.onEmr().templates()))
        .extracting(role -> role.name().replaceAll("[0-9A-F]{8}$", ""))
        .containsExactlyInAnyOrder(
            "Clickstream-Ingest.IngestRole",
            "Clickstream-Stream.WriterRole",
            "Clickstream-Etl.JobRole",
            "Clickstream-Etl.SchedulerRole",
            "Clickstream-Packs.PackRole",
            "Clickstream-Packs.SchedulerRole",
            "Clickstream-Warehouse.HostRole",
            "Clickstream-Warehouse.SnapshotRole",
            "Clickstream-Oltp.HostRole",
            "Clickstream-Oltp.SnapshotRole");
    assertThat(Role.all(Synthesis.onGlue().templates()))
        .extracting(role -> role.name().replaceAll("[0-9A-F]{8}$", ""))
        .containsExactlyInAnyOrder(
            "Clickstream-Ingest.IngestRole",
            "Clickstream-Etl.JobRole",
            "Clickstream-Etl.SchedulerRole",
            "Clickstream-Warehouse.HostRole",
            "Clickstream-Warehouse.SnapshotRole");
  }

  @Test
  void ingestMayPutEventsAndMayNotReadListOrDelete() {
    Role ingest = emr.role("Ingest", "IngestRole");
    may(ingest, "s3:PutObject", emr.event());
    mayNot(
        ingest,
        emr.event(),
        "s3:GetObject",
        "s3:DeleteObject",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
        "s3:GetObjectVersion");
    mayNot(ingest, emr.bucket("RawBucket"), "s3:ListBucket", "s3:PutBucketPolicy");
    mayNot(ingest, emr.bucket("RawBucket") + "/other/x", "s3:PutObject");
    mayNot(ingest, emr.operations("tls/warehouse-ca.pem"), "s3:PutObject", "s3:GetObject");
    mayNot(ingest, emr.secret("Warehouse", "LoaderSecret"), "secretsmanager:GetSecretValue");
    may(ingest, "kinesis:PutRecords", stream("clickstream-stream-events"));
    mayNot(ingest, stream("other"), "kinesis:PutRecords");
    mayNot(
        ingest,
        stream("clickstream-stream-events"),
        "kinesis:GetRecords",
        "kinesis:DeleteStream",
        "kinesis:SplitShard");
    assertThat(ingest.actions())
        .containsExactly(
            "kinesis:PutRecords",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:PutObject",
            "secretsmanager:GetSecretValue");
    assertThat(glue.role("Ingest", "IngestRole").actions())
        .as("without the stack Stream")
        .doesNotContain("kinesis:PutRecords");
  }

  private static String stream(String name) {
    return "arn:aws:kinesis:" + Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":stream/" + name;
  }

  @Test
  void theWriterMayReadTheStreamAndPutEventsAndNothingElse() {
    Role writer = emr.role("Stream", "WriterRole");
    may(writer, "s3:PutObject", emr.event().replaceFirst("event-.*", "batch-x.ndjson"));
    mayNot(writer, emr.event(), "s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl");
    mayNot(writer, emr.bucket("RawBucket"), "s3:ListBucket", "s3:PutBucketPolicy");
    mayNot(writer, emr.bucket("RawBucket") + "/other/x", "s3:PutObject");
    mayNot(writer, emr.secret("Warehouse", "LoaderSecret"), "secretsmanager:GetSecretValue");
    assertThat(writer.actions())
        .containsExactly(
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:PutObject",
            "sqs:SendMessage");
  }

  @Test
  void packingMayReadWriteAndDeleteEventsAndLoadingMayOnlyReadThem() {
    Role packs = emr.role("Packs", "PackRole");
    String pack =
        emr.event().replaceFirst("event-.*", "pack-0b7a4c1e-55a1-8f0e-9d5e-6c1c9a3f7e21.parquet");
    for (String action : List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject")) {
      may(packs, action, emr.event());
      may(packs, action, pack);
    }
    may(packs, "s3:ListBucket", emr.bucket("RawBucket"));
    mayNot(packs, emr.event(), "s3:DeleteObjectVersion", "s3:PutObjectAcl");
    mayNot(packs, emr.bucket("RawBucket"), "s3:PutLifecycleConfiguration", "s3:DeleteBucket");
    mayNot(packs, emr.bucket("RawBucket") + "/other/x", "s3:PutObject", "s3:DeleteObject");
    mayNot(packs, emr.operations("tls/warehouse-ca.pem"), "s3:PutObject", "s3:GetObject");
    mayNot(packs, emr.secret("Warehouse", "LoaderSecret"), "secretsmanager:GetSecretValue");
    Role loading = emr.role("Etl", "JobRole");
    mayNot(loading, emr.event(), "s3:PutObject", "s3:DeleteObject");
    mayNot(loading, pack, "s3:PutObject", "s3:DeleteObject");
    Role starter = emr.role("Packs", "SchedulerRole");
    assertThat(starter.actions())
        .containsExactly("emr-serverless:StartJobRun", "iam:PassRole", "sqs:SendMessage");
  }

  @Test
  void nobodyOverwritesAnEvent() {
    Policy raw = bucketPolicy("RawBucket");
    Request put =
        Request.of("s3:PutObject", emr.event()).with("s3:ObjectCreationOperation", "true");
    assertThat(raw.answer("x", put)).isEqualTo(Policy.Answer.DENIED);
    assertThat(raw.answer("x", put.with("s3:if-none-match", "*"))).isEqualTo(Policy.Answer.SILENT);
    // A part of a multipart upload, whose completion needs the condition again.
    assertThat(raw.answer("x", put.with("s3:ObjectCreationOperation", "false")))
        .isEqualTo(Policy.Answer.SILENT);
    assertThat(raw.answer("x", Request.of("s3:GetObject", emr.event())))
        .isEqualTo(Policy.Answer.SILENT);
  }

  @Test
  void theJobMayReadEventsAndMayNotWriteThemOnEitherEngine() {
    for (Deployed platform : List.of(emr, glue)) {
      Role job = platform.role("Etl", "JobRole");
      may(job, "s3:GetObject", platform.event());
      may(job, "s3:ListBucket", platform.bucket("RawBucket"));
      may(job, "s3:GetObject", platform.jar());
      may(job, "s3:GetObject", platform.operations("tls/warehouse-ca.pem"));
      may(job, "secretsmanager:GetSecretValue", platform.secret("Warehouse", "LoaderSecret"));
      mayNot(job, platform.event(), "s3:PutObject", "s3:DeleteObject", "s3:RestoreObject");
      mayNot(job, platform.bucket("RawBucket"), "s3:DeleteBucket", "s3:PutLifecycleConfiguration");
      mayNot(job, platform.operations("tls/warehouse-ca.pem"), "s3:PutObject", "s3:DeleteObject");
      mayNot(job, platform.assets() + "another.jar", "s3:GetObject");
      for (String other : List.of("AdminSecret", "ReaderSecret")) {
        mayNot(job, platform.secret("Warehouse", other), "secretsmanager:GetSecretValue");
      }
      mayNot(
          job,
          platform.secret("Warehouse", "LoaderSecret"),
          "secretsmanager:PutSecretValue",
          "secretsmanager:DeleteSecret");
    }
  }

  @Test
  void onGlueTheJobMayNotWriteToS3() {
    assertThat(glue.role("Etl", "JobRole").actions())
        .filteredOn(action -> action.startsWith("s3:"))
        .containsExactly("s3:GetObject", "s3:ListBucket");
  }

  @Test
  void theJobMayLogToItsOwnLogsOnly() {
    Role job = emr.role("Etl", "JobRole");
    may(job, "s3:PutObject", emr.operations("logs/etl/applications/x/stdout.gz"));
    mayNot(job, emr.operations("logs/network/x"), "s3:PutObject");
    mayNot(job, emr.operations("shiny/shiny-runtime.tar.gz"), "s3:PutObject", "s3:GetObject");
  }

  @Test
  void glueMayCreateNetworkInterfacesInTheEtlSubnetOnly() {
    Role job = glue.role("Etl", "JobRole");
    String subnets = ARN_OF_EC2 + "subnet/";
    may(job, "ec2:CreateNetworkInterface", ARN_OF_EC2 + "network-interface/eni-1");
    may(
        job,
        "ec2:CreateNetworkInterface",
        subnets
            + "{Clickstream-Network."
            + glue.synthesis().template("Network").id("AWS::EC2::Subnet", "PrivateEtl")
            + "}");
    mayNot(job, subnets + "subnet-of-somebody-else", "ec2:CreateNetworkInterface");
    assertThat(
            job.may(
                Request.of("ec2:CreateTags", ARN_OF_EC2 + "network-interface/eni-1")
                    .with("aws:TagKeys", "aws-glue-service-resource")))
        .isTrue();
    assertThat(
            job.may(
                Request.of("ec2:CreateTags", ARN_OF_EC2 + "network-interface/eni-1")
                    .with("aws:TagKeys", "Name")))
        .isFalse();
    mayNot(job, ARN_OF_EC2 + "instance/i-1", "ec2:RunInstances", "ec2:TerminateInstances");
  }

  @Test
  void theScheduleMayStartThisJobAndPassThisRoleOnly() {
    Role scheduler = emr.role("Etl", "SchedulerRole");
    StackTemplate etl = emr.synthesis().template("Etl");
    String application =
        "{Clickstream-Etl." + etl.id("AWS::EMRServerless::Application", "Application") + ".Arn}";
    String jobRole = "{Clickstream-Etl." + etl.id("AWS::IAM::Role", "JobRole") + ".Arn}";
    may(scheduler, "emr-serverless:StartJobRun", application);
    mayNot(scheduler, application, "emr-serverless:DeleteApplication");
    mayNot(
        scheduler,
        "arn:aws:emr-serverless:ap-southeast-1:123456789012:/applications/other",
        "emr-serverless:StartJobRun");
    Request pass = Request.of("iam:PassRole", jobRole);
    assertThat(scheduler.may(pass.with("iam:PassedToService", "emr-serverless.amazonaws.com")))
        .isTrue();
    assertThat(scheduler.may(pass.with("iam:PassedToService", "ec2.amazonaws.com"))).isFalse();
    assertThat(scheduler.may(pass)).isFalse();
    mayNot(scheduler, emr.event(), "s3:GetObject");

    Role ofGlue = glue.role("Etl", "SchedulerRole");
    String jobs = "arn:aws:glue:" + Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":job/";
    may(ofGlue, "glue:StartJobRun", jobs + "clickstream-dev-etl");
    mayNot(ofGlue, jobs + "another", "glue:StartJobRun");
    mayNot(ofGlue, jobs + "clickstream-dev-etl", "glue:UpdateJob", "iam:PassRole");
  }

  @Test
  void theWarehouseHostMayReadItsSecretsAndPublishItsAuthorityOnly() {
    Role host = emr.role("Warehouse", "HostRole");
    for (String secret :
        List.of("AdminSecret", "LoaderSecret", "ReaderSecret", "DashboardSecret")) {
      may(host, "secretsmanager:GetSecretValue", emr.secret("Warehouse", secret));
      mayNot(host, emr.secret("Warehouse", secret), "secretsmanager:PutSecretValue");
    }
    mayNot(host, emr.secret("Oltp", "ShopSecret"), "secretsmanager:GetSecretValue");
    may(host, "s3:PutObject", emr.operations("tls/warehouse-ca.pem"));
    may(host, "s3:GetObject", emr.operations("shiny/shiny-runtime.tar.gz"));
    mayNot(host, emr.operations("shiny/shiny-runtime.tar.gz"), "s3:PutObject");
    Request list = Request.of("s3:ListBucket", emr.bucket("OperationsBucket"));
    assertThat(host.may(list.with("s3:prefix", "shiny/shiny-runtime.tar.gz"))).isTrue();
    assertThat(host.may(list)).isFalse();
    assertThat(host.may(list.with("s3:prefix", "logs/"))).isFalse();
    // The dashboards run on this host: they read the warehouse, never raw events.
    mayNot(host, emr.event(), "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
    mayNot(host, emr.bucket("RawBucket"), "s3:ListBucket");
    Request metric = Request.of("cloudwatch:PutMetricData", "*");
    assertThat(host.may(metric.with("cloudwatch:namespace", "Clickstream/Warehouse"))).isTrue();
    assertThat(host.may(metric.with("cloudwatch:namespace", "AWS/EC2"))).isFalse();
    may(host, "ssmmessages:OpenDataChannel", "*");
    mayNot(host, "*", "ssm:GetParameter", "ssm:SendCommand", "ssm:StartSession", "iam:PassRole");
  }

  @Test
  void theShopsHostMayNotAccessTheWarehouse() {
    Role host = emr.role("Oltp", "HostRole");
    may(host, "secretsmanager:GetSecretValue", emr.secret("Oltp", "ShopSecret"));
    mayNot(host, emr.secret("Warehouse", "ReaderSecret"), "secretsmanager:GetSecretValue");
    mayNot(host, emr.event(), "s3:GetObject", "s3:PutObject");
    mayNot(host, emr.operations("tls/warehouse-ca.pem"), "s3:GetObject", "s3:PutObject");
  }

  @Test
  void snapshotsMayBeDeletedByTagOnly() {
    Role snapshots = emr.role("Warehouse", "SnapshotRole");
    String snapshot = "arn:aws:ec2:" + Intrinsics.REGION + "::snapshot/snap-1";
    may(snapshots, "ec2:CreateSnapshot", ARN_OF_EC2 + "volume/vol-1");
    Request drop = Request.of("ec2:DeleteSnapshot", snapshot);
    assertThat(snapshots.may(drop)).isFalse();
    assertThat(
            snapshots.may(
                drop.with("aws:ResourceTag/clickstream:snapshots", "clickstream-warehouse")))
        .isTrue();
    assertThat(
            snapshots.may(drop.with("aws:ResourceTag/clickstream:snapshots", "clickstream-oltp")))
        .isFalse();
    mayNot(snapshots, ARN_OF_EC2 + "volume/vol-1", "ec2:DeleteVolume");
  }

  @Test
  void onlyTheirServicesOfThisAccountMayAssumeRoles() {
    Role job = emr.role("Etl", "JobRole");
    String application =
        "{Clickstream-Etl."
            + emr.synthesis().template("Etl").id("AWS::EMRServerless::Application", "Application")
            + ".Arn}";
    Request assume =
        Request.of("sts:AssumeRole", "")
            .with("aws:SourceAccount", Intrinsics.ACCOUNT)
            .with("aws:SourceArn", application);
    assertThat(job.trusts("emr-serverless.amazonaws.com", assume)).isTrue();
    assertThat(
            job.trusts(
                "emr-serverless.amazonaws.com", assume.with("aws:SourceAccount", "999999999999")))
        .isFalse();
    assertThat(job.trusts("ec2.amazonaws.com", assume)).isFalse();
    assertThat(emr.role("Ingest", "IngestRole").trusts("lambda.amazonaws.com", assume)).isTrue();
    // Glue documents no source of its requests: they pass with this account or with none.
    Role ofGlue = glue.role("Etl", "JobRole");
    Request without = Request.of("sts:AssumeRole", "");
    assertThat(ofGlue.trusts("glue.amazonaws.com", without)).isTrue();
    assertThat(
            ofGlue.trusts(
                "glue.amazonaws.com", without.with("aws:SourceAccount", Intrinsics.ACCOUNT)))
        .isTrue();
    assertThat(ofGlue.trusts("glue.amazonaws.com", without.with("aws:SourceAccount", "9")))
        .isFalse();
    assertThat(ofGlue.trusts("ec2.amazonaws.com", without)).isFalse();
    assertThat(emr.role("Etl", "SchedulerRole").trusts("scheduler.amazonaws.com", assume)).isTrue();
    assertThat(
            emr.role("Etl", "SchedulerRole")
                .trusts("scheduler.amazonaws.com", assume.with("aws:SourceAccount", "9")))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RawBucket", "OperationsBucket"})
  void bucketsRefuseWhatIsNotTls(String bucket) {
    Policy policy = bucketPolicy(bucket);
    Request read = Request.of("s3:GetObject", emr.bucket(bucket) + "/x");
    Request list = Request.of("s3:ListBucket", emr.bucket(bucket));
    for (Request request : List.of(read, list)) {
      assertThat(policy.answer("anybody", request)).isEqualTo(Policy.Answer.SILENT);
      assertThat(policy.answer("anybody", request.with("aws:SecureTransport", "false")))
          .isEqualTo(Policy.Answer.DENIED);
      assertThat(policy.answer("anybody", request.with("s3:TlsVersion", "1.1")))
          .isEqualTo(Policy.Answer.DENIED);
    }
  }

  @Test
  void onlyThisAccountMayDeliverFlowLogs() {
    Policy policy = bucketPolicy("OperationsBucket");
    Request put =
        Request.of("s3:PutObject", emr.operations("logs/network/AWSLogs/x"))
            .with("aws:SourceAccount", Intrinsics.ACCOUNT)
            .with(
                "aws:SourceArn",
                "arn:aws:logs:" + Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":delivery");
    String delivery = "delivery.logs.amazonaws.com";
    assertThat(policy.answer(delivery, put)).isEqualTo(Policy.Answer.ALLOWED);
    assertThat(policy.answer("somebody", put)).isEqualTo(Policy.Answer.SILENT);
    assertThat(policy.answer(delivery, put.with("aws:SourceAccount", "999999999999")))
        .isEqualTo(Policy.Answer.SILENT);
  }

  @Test
  void alarmsOfThisAccountMayPublishWithTlsOnly() {
    JsonNode document =
        emr.synthesis()
            .template("Observability")
            .only("AWS::SNS::TopicPolicy")
            .path("PolicyDocument");
    Policy policy =
        new Policy(
            document,
            new Intrinsics(emr.synthesis().templates()),
            "Clickstream-Observability",
            true);
    String topic =
        "{Clickstream-Observability."
            + emr.synthesis().template("Observability").id("AWS::SNS::Topic", "Alarms")
            + "}";
    Request publish =
        Request.of("sns:Publish", topic).with("aws:SourceAccount", Intrinsics.ACCOUNT);
    assertThat(policy.answer("cloudwatch.amazonaws.com", publish)).isEqualTo(Policy.Answer.ALLOWED);
    assertThat(
            policy.answer(
                "cloudwatch.amazonaws.com", publish.with("aws:SourceAccount", "999999999999")))
        .isEqualTo(Policy.Answer.SILENT);
    assertThat(
            policy.answer("cloudwatch.amazonaws.com", publish.with("aws:SecureTransport", "false")))
        .isEqualTo(Policy.Answer.DENIED);
  }

  @Test
  void theS3EndpointAllowsTheRolesActionsAndNoOtherAccount() {
    Policy endpoint = s3Endpoint();
    assertThat(endpoint.answer("x", Request.of("s3:GetObject", emr.event())))
        .isEqualTo(Policy.Answer.ALLOWED);
    assertThat(endpoint.answer("x", Request.of("s3:GetObject", emr.jar())))
        .isEqualTo(Policy.Answer.ALLOWED);
    assertThat(
            endpoint.answer(
                "x", Request.of("s3:PutObject", emr.operations("tls/warehouse-ca.pem"))))
        .isEqualTo(Policy.Answer.ALLOWED);
    assertThat(endpoint.answer("x", Request.of("s3:PutObject", emr.event())))
        .isEqualTo(Policy.Answer.SILENT);
    assertThat(endpoint.answer("x", Request.of("s3:PutObject", "arn:aws:s3:::elsewhere/stolen")))
        .isEqualTo(Policy.Answer.SILENT);
    assertThat(
            endpoint.answer(
                "x",
                Request.of("s3:GetObject", emr.event())
                    .with("aws:PrincipalAccount", "999999999999")))
        .isEqualTo(Policy.Answer.SILENT);
    // Package downloads are unsigned requests of no principal.
    assertThat(
            endpoint.answer(
                "x",
                new Request(
                    "s3:GetObject",
                    "arn:aws:s3:::al2023-repos-" + Intrinsics.REGION + "-de612dc2/core/x.rpm",
                    Map.of())))
        .isEqualTo(Policy.Answer.ALLOWED);
  }

  @Test
  void theS3EndpointAllowsAllActionsOfPrivateRoles() {
    Policy endpoint = s3Endpoint();
    for (Request request :
        List.of(
            Request.of("s3:GetObject", emr.event()),
            Request.of("s3:GetObject", emr.erasureRequest()),
            Request.of("s3:ListBucket", emr.bucket("RawBucket")),
            Request.of("s3:GetObject", emr.operations("tls/warehouse-ca.pem")),
            Request.of("s3:PutObject", emr.operations("logs/etl/x")))) {
      assertThat(emr.role("Etl", "JobRole").may(request)).as("%s", request).isTrue();
      assertThat(endpoint.answer("x", request)).as("%s", request).isEqualTo(Policy.Answer.ALLOWED);
    }
  }

  private Policy bucketPolicy(String bucket) {
    Map<String, JsonNode> templates = emr.synthesis().templates();
    JsonNode policy =
        emr.synthesis().template("Buckets").properties("AWS::S3::BucketPolicy").stream()
            .filter(each -> each.at("/Bucket/Ref").asText().startsWith(bucket))
            .findFirst()
            .orElseThrow();
    return new Policy(
        policy.path("PolicyDocument"), new Intrinsics(templates), "Clickstream-Buckets", true);
  }

  private Policy s3Endpoint() {
    JsonNode endpoint =
        emr.synthesis().template("Network").properties("AWS::EC2::VPCEndpoint").stream()
            .filter(each -> each.path("VpcEndpointType").asText().equals("Gateway"))
            .findFirst()
            .orElseThrow();
    return new Policy(
        endpoint.path("PolicyDocument"),
        new Intrinsics(emr.synthesis().templates()),
        "Clickstream-Network",
        true);
  }
}
