package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.route53.CfnRecordSet;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * Creates one private host with the warehouse and the dashboards: PostgreSQL, which requires TLS
 * from other hosts, and Shiny, which reads it locally.
 */
final class WarehouseStack extends PlatformStack {

  /** DNS name of the host, which its certificate contains. */
  static final String HOST = "warehouse." + NetworkStack.ZONE_NAME;

  static final String DATABASE = "clickstream_dw";
  static final String JDBC_URL = "jdbc:postgresql://" + HOST + ":5432/" + DATABASE;

  /** Last part of the namespace of the host's metrics. */
  static final String METRICS = "Warehouse";

  private final Secret admin;
  private final Secret loader;
  private final Secret reader;

  WarehouseStack(
      Construct app, NetworkStack network, BucketsStack buckets, PlatformOptions options) {
    super(app, "Warehouse", "PostgreSQL and the dashboards, on a private host");
    admin = secret("AdminSecret", "clickstream_admin", "Migrates the warehouse");
    loader = secret("LoaderSecret", "etl_loader", "Loads the warehouse");
    reader = secret("ReaderSecret", "dashboards", "Reads the warehouse for the dashboards");
    Secret login = secret("DashboardSecret", "analyst", "Login of the dashboards over a VPN");

    Role role = HostRole.create(this, "HostRole", "The warehouse's host");
    HostRole.mayRead(
        role,
        admin.getSecretArn(),
        loader.getSecretArn(),
        reader.getSecretArn(),
        login.getSecretArn());
    HostRole.mayGet(role, buckets.operations().arnForObjects(BucketsStack.SHINY_RUNTIME));
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:ListBucket"))
            .resources(List.of(buckets.operations().getBucketArn()))
            .conditions(Map.of("StringEquals", Map.of("s3:prefix", BucketsStack.SHINY_RUNTIME)))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:PutObject"))
            .resources(List.of(buckets.operations().arnForObjects(BucketsStack.WAREHOUSE_CA)))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("cloudwatch:PutMetricData"))
            .resources(List.of("*"))
            .conditions(Map.of("StringEquals", Map.of("cloudwatch:namespace", metrics(METRICS))))
            .build());
    DatabaseHost host =
        new DatabaseHost(
            this,
            new DatabaseHost.Place(
                "warehouse",
                name("warehouse"),
                network.analyticsSubnetId(),
                false,
                List.of(network.warehouseGroupId(), network.shinyGroupId()),
                network.availabilityZone(),
                "m6i.large",
                100),
            role,
            Asset.Builder.create(this, "HostFolder")
                .path(options.home().resolve("infra/host/warehouse").toString())
                .build(),
            String.join(
                " ",
                HOST,
                buckets.operations().getBucketName(),
                admin.getSecretArn(),
                loader.getSecretArn(),
                reader.getSecretArn(),
                login.getSecretArn(),
                metrics(METRICS)));
    CfnRecordSet name =
        CfnRecordSet.Builder.create(this, "Name")
            .hostedZoneId(network.zoneId())
            .name(HOST)
            .type("A")
            .ttl("60")
            .resourceRecords(List.of(host.instance().getAttrPrivateIp()))
            .build();
    Validations.of(name)
        .acknowledge(
            Acknowledgment.builder()
                .id("CloudFormation-Validate::E3023")
                .reason("The address of the host; the rule misreads the intrinsic function.")
                .build());
    output("AdminSecretArn", admin.getSecretArn(), "Password of the role that applies migrations");
    output("LoaderSecretArn", loader.getSecretArn(), "The job's --db-secret-arn");
    output("DashboardSecretArn", login.getSecretArn(), "Login of the dashboards over a VPN");
    output("JdbcUrl", JDBC_URL, "The job's --jdbc-url");
  }

  private Secret secret(String id, String user, String description) {
    Secret secret =
        Secret.Builder.create(this, id)
            .description(description)
            .generateSecretString(
                SecretStringGenerator.builder()
                    .secretStringTemplate("{\"username\":\"" + user + "\"}")
                    .generateStringKey("password")
                    .excludePunctuation(true)
                    .passwordLength(32)
                    .build())
            .build();
    explain(
        secret,
        "AwsSolutions-SMG4",
        "A timer on the host sets the passwords of PostgreSQL's roles from the secrets each hour,"
            + " so a new value rotates a password. A rotation function of Secrets Manager would need"
            + " access to the private network for the same.");
    return secret;
  }

  Secret loaderSecret() {
    return loader;
  }
}
