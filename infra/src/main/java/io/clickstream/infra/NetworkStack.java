package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnTag;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.CfnFlowLog;
import software.amazon.awscdk.services.ec2.CfnInternetGateway;
import software.amazon.awscdk.services.ec2.CfnRoute;
import software.amazon.awscdk.services.ec2.CfnRouteTable;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupEgress;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupIngress;
import software.amazon.awscdk.services.ec2.CfnSubnet;
import software.amazon.awscdk.services.ec2.CfnSubnetRouteTableAssociation;
import software.amazon.awscdk.services.ec2.CfnVPC;
import software.amazon.awscdk.services.ec2.CfnVPCEndpoint;
import software.amazon.awscdk.services.ec2.CfnVPCGatewayAttachment;
import software.amazon.awscdk.services.route53.CfnHostedZone;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/**
 * Creates the network: a public subnet for the shop's database, private subnets for analytics and
 * for the job, and no NAT gateway. Private hosts reach S3 through a gateway endpoint and four
 * services through interface endpoints. They reach nothing else outside.
 *
 * <p>Everything is in one zone (ADR 12). The security groups of all stacks are here, because they
 * refer to each other.
 */
final class NetworkStack extends PlatformStack {

  /** Name of the private DNS zone. */
  static final String ZONE_NAME = "clickstream.internal";

  private static final int HTTPS = 443;
  private static final int POSTGRESQL = 5432;

  /** Port of nginx, which asks for a password before the dashboards. */
  private static final int SHINY = 8443;

  private static final int SSH = 22;

  /** Parameter that opens the shop's database to all addresses. */
  private static final String OPEN = "OltpOpenToTheInternet";

  /** Buckets with the packages of Amazon Linux. Their names follow this pattern in every region. */
  private static final String LINUX_PACKAGES = "al2023-repos-" + Aws.REGION + "-de612dc2";

  private final CfnVPC vpc;
  private final CfnSubnet publicSubnet;
  private final CfnSubnet analyticsSubnet;
  private final CfnSubnet etlSubnet;
  private final CfnHostedZone zone;
  private final CfnSecurityGroup oltp;
  private final CfnSecurityGroup warehouse;
  private final CfnSecurityGroup shiny;
  private final CfnSecurityGroup etl;
  private final CfnSecurityGroup endpoints;
  private final String s3Prefixes;
  private final String availabilityZone;

  NetworkStack(Construct app, BucketsStack buckets) {
    super(app, "Network", "network that reaches only S3 and four endpoints");
    s3Prefixes =
        requiredText(
                "S3PrefixListId",
                "^pl-[0-9a-f]+$",
                "The region's managed prefix list com.amazonaws.<region>.s3 (docs/deploy.md says how"
                    + " to ask for it)")
            .getValueAsString();
    availabilityZone =
        Fn.select(
            number(
                    "AvailabilityZoneIndex",
                    0,
                    0,
                    5,
                    "Index of the zone, among the region's zones, that holds everything")
                .getValueAsNumber(),
            Fn.getAzs());
    vpc =
        CfnVPC.Builder.create(this, "Vpc")
            .cidrBlock("10.0.0.0/16")
            .enableDnsSupport(true)
            .enableDnsHostnames(true)
            .tags(named("clickstream"))
            .build();
    zone =
        CfnHostedZone.Builder.create(this, "Zone")
            .name(ZONE_NAME)
            .vpcs(
                List.of(
                    CfnHostedZone.VPCProperty.builder()
                        .vpcId(vpc.getRef())
                        .vpcRegion(Aws.REGION)
                        .build()))
            .build();

    publicSubnet = subnet("PublicOltp", "10.0.1.0/24");
    analyticsSubnet = subnet("PrivateAnalytics", "10.0.2.0/24");
    etlSubnet = subnet("PrivateEtl", "10.0.3.0/24");
    CfnRouteTable publicRoutes = routeTable("PublicRoutes", publicSubnet);
    CfnRouteTable analyticsRoutes = routeTable("AnalyticsRoutes", analyticsSubnet);
    CfnRouteTable etlRoutes = routeTable("EtlRoutes", etlSubnet);
    routeToTheInternet(publicRoutes);

    oltp = group("SG-OLTP", "OLTP database: closed unless a parameter opens it", toS3());
    warehouse = group("SG-DW", "The warehouse", toS3());
    shiny = group("SG-Shiny", "Dashboards: closed unless a parameter opens them", toNowhere());
    etl = group("SG-ETL", "The Spark job: accepts connections from itself only", toS3());
    endpoints = group("SG-Endpoints", "Interface endpoints", toNowhere());
    letGroupsReachEachOther();
    letOutsidersIn();

    s3Endpoint(buckets, analyticsRoutes, etlRoutes);
    interfaceEndpoints();
    flowLog(buckets.operations());
  }

  private CfnSubnet subnet(String name, String cidr) {
    return CfnSubnet.Builder.create(this, name + "Subnet")
        .vpcId(vpc.getRef())
        .cidrBlock(cidr)
        .availabilityZone(availabilityZone)
        .mapPublicIpOnLaunch(false)
        .tags(named(name))
        .build();
  }

  private CfnRouteTable routeTable(String name, CfnSubnet subnet) {
    CfnRouteTable table =
        CfnRouteTable.Builder.create(this, name).vpcId(vpc.getRef()).tags(named(name)).build();
    CfnSubnetRouteTableAssociation.Builder.create(this, name + "Association")
        .routeTableId(table.getRef())
        .subnetId(subnet.getRef())
        .build();
    return table;
  }

  private void routeToTheInternet(CfnRouteTable table) {
    CfnInternetGateway gateway =
        CfnInternetGateway.Builder.create(this, "InternetGateway")
            .tags(named("clickstream"))
            .build();
    CfnVPCGatewayAttachment attachment =
        CfnVPCGatewayAttachment.Builder.create(this, "InternetGatewayAttachment")
            .vpcId(vpc.getRef())
            .internetGatewayId(gateway.getRef())
            .build();
    CfnRoute.Builder.create(this, "InternetRoute")
        .routeTableId(table.getRef())
        .destinationCidrBlock("0.0.0.0/0")
        .gatewayId(gateway.getRef())
        .build()
        .getNode()
        .addDependency(attachment);
  }

  /**
   * Creates a group with one egress rule. Without any egress rule, EC2 would allow all outgoing
   * traffic.
   */
  private CfnSecurityGroup group(
      String name, String description, CfnSecurityGroup.EgressProperty egress) {
    return CfnSecurityGroup.Builder.create(this, name.replace("-", ""))
        .vpcId(vpc.getRef())
        .groupDescription(description)
        .securityGroupEgress(List.of(egress))
        .tags(named(name))
        .build();
  }

  private CfnSecurityGroup.EgressProperty toS3() {
    return CfnSecurityGroup.EgressProperty.builder()
        .ipProtocol("tcp")
        .fromPort(HTTPS)
        .toPort(HTTPS)
        .destinationPrefixListId(s3Prefixes)
        .description("S3")
        .build();
  }

  private static CfnSecurityGroup.EgressProperty toNowhere() {
    return CfnSecurityGroup.EgressProperty.builder()
        .ipProtocol("icmp")
        .fromPort(252)
        .toPort(86)
        .cidrIp("255.255.255.255/32")
        .description("Nothing: a rule that matches no packet")
        .build();
  }

  private void letGroupsReachEachOther() {
    allow("JobToWarehouse", etl, warehouse, POSTGRESQL, "The job loads");
    allow("ShinyToWarehouse", shiny, warehouse, POSTGRESQL, "Dashboards read");
    allow("JobToEndpoints", etl, endpoints, HTTPS, "The job asks for its password");
    allow(
        "WarehouseToEndpoints", warehouse, endpoints, HTTPS, "Shell sessions, passwords, metrics");
    allow("OltpToEndpoints", oltp, endpoints, HTTPS, "Shell sessions, passwords");
    // Spark's driver and executors choose their ports; Glue requires this rule.
    CfnSecurityGroupIngress.Builder.create(this, "JobFromItself")
        .groupId(etl.getAttrGroupId())
        .sourceSecurityGroupId(etl.getAttrGroupId())
        .ipProtocol("tcp")
        .fromPort(0)
        .toPort(65_535)
        .description("Spark to Spark")
        .build();
    CfnSecurityGroupEgress.Builder.create(this, "JobToItself")
        .groupId(etl.getAttrGroupId())
        .destinationSecurityGroupId(etl.getAttrGroupId())
        .ipProtocol("tcp")
        .fromPort(0)
        .toPort(65_535)
        .description("Spark to Spark")
        .build();
  }

  /** Allows traffic from one group to another on one port, in both groups. */
  private void allow(
      String id, CfnSecurityGroup from, CfnSecurityGroup to, int port, String description) {
    CfnSecurityGroupEgress.Builder.create(this, id + "Out")
        .groupId(from.getAttrGroupId())
        .destinationSecurityGroupId(to.getAttrGroupId())
        .ipProtocol("tcp")
        .fromPort(port)
        .toPort(port)
        .description(description)
        .build();
    CfnSecurityGroupIngress.Builder.create(this, id + "In")
        .groupId(to.getAttrGroupId())
        .sourceSecurityGroupId(from.getAttrGroupId())
        .ipProtocol("tcp")
        .fromPort(port)
        .toPort(port)
        .description(description)
        .build();
  }

  /**
   * Declares the documented ports for clients outside the VPC. Each is closed until its parameter
   * is set.
   */
  private void letOutsidersIn() {
    allowIf("OltpClientCidr", "Who may reach the shop's database, port 5432", oltp, POSTGRESQL);
    letTheInternetIn();
    allowIf("OltpAdminCidr", "Who may reach the shop's database host by SSH, port 22", oltp, SSH);
    allowIf(
        "DashboardCidr",
        "Who may reach the login of the dashboards over a VPN, port 8443",
        shiny,
        SHINY);
  }

  /**
   * Declares the opening of the shop's database to all addresses. Amplify's server-side code has no
   * fixed addresses, and the reference connects it over the internet.
   */
  private void letTheInternetIn() {
    CfnParameter open =
        choice(
            OPEN,
            "no",
            List.of("no", "yes"),
            "WARNING: yes lets every address of the internet try passwords on the shop's"
                + " database, over TLS. For server-side code on Amplify, which has no fixed"
                + " addresses");
    CfnCondition given =
        CfnCondition.Builder.create(this, OPEN + "IsGiven")
            .expression(Fn.conditionEquals(open.getValueAsString(), "yes"))
            .build();
    CfnSecurityGroupIngress rule =
        CfnSecurityGroupIngress.Builder.create(this, OPEN + "In")
            .groupId(oltp.getAttrGroupId())
            .cidrIp("0.0.0.0/0")
            .ipProtocol("tcp")
            .fromPort(POSTGRESQL)
            .toPort(POSTGRESQL)
            .description("Let in by parameter " + OPEN)
            .build();
    rule.getCfnOptions().setCondition(given);
    Validations.of(rule)
        .acknowledge(
            Acknowledgment.builder()
                .id("CloudFormation-Validate::W2508")
                .reason("The parameter warns of this rule, which does not exist by default.")
                .build());
    explain(
        rule,
        "AwsSolutions-EC23",
        "The rule exists only if an operator sets a parameter whose description warns of it.");
  }

  private void allowIf(String parameter, String description, CfnSecurityGroup to, int port) {
    CfnParameter cidr = cidrOrNothing(parameter, description + "; nobody when empty");
    CfnCondition given =
        CfnCondition.Builder.create(this, parameter + "IsGiven")
            .expression(Fn.conditionNot(Fn.conditionEquals(cidr.getValueAsString(), "")))
            .build();
    CfnSecurityGroupIngress rule =
        CfnSecurityGroupIngress.Builder.create(this, parameter + "In")
            .groupId(to.getAttrGroupId())
            .cidrIp(cidr.getValueAsString())
            .ipProtocol("tcp")
            .fromPort(port)
            .toPort(port)
            .description("Let in by parameter " + parameter)
            .build();
    rule.getCfnOptions().setCondition(given);
    explain(
        rule,
        "CdkNagValidationFailure",
        "The address is a parameter, which cdk-nag cannot evaluate. The parameter's pattern refuses"
            + " the whole internet, and a test checks the pattern.");
  }

  /**
   * Creates the S3 gateway endpoint, which is free. Its policy allows the actions of this
   * platform's roles and the download of Linux packages.
   */
  private void s3Endpoint(BucketsStack buckets, CfnRouteTable... routeTables) {
    List<String> tables = new ArrayList<>();
    for (CfnRouteTable table : routeTables) {
      tables.add(table.getRef());
    }
    String assets = "cdk-*-assets-" + Aws.ACCOUNT_ID + "-" + Aws.REGION;
    CfnVPCEndpoint.Builder.create(this, "S3Endpoint")
        .vpcId(vpc.getRef())
        .serviceName("com.amazonaws." + Aws.REGION + ".s3")
        .vpcEndpointType("Gateway")
        .routeTableIds(tables)
        .policyDocument(
            Map.of(
                "Version",
                "2012-10-17",
                "Statement",
                List.of(
                    letThrough(
                        "List",
                        List.of("s3:ListBucket", "s3:GetBucketLocation"),
                        List.of(buckets.raw().getBucketArn(), buckets.operations().getBucketArn())),
                    letThrough(
                        "Read",
                        List.of("s3:GetObject"),
                        List.of(
                            buckets.raw().arnForObjects(BucketsStack.EVENTS + "*"),
                            buckets.raw().arnForObjects(BucketsStack.ERASURES + "*"),
                            buckets.operations().arnForObjects("*"),
                            objectsOf(assets))),
                    letThrough(
                        "Write",
                        List.of("s3:PutObject"),
                        List.of(
                            buckets.operations().arnForObjects(BucketsStack.LOGS + "*"),
                            buckets.operations().arnForObjects(BucketsStack.WAREHOUSE_CA))),
                    Map.of(
                        "Sid",
                        "LinuxPackages",
                        "Effect",
                        "Allow",
                        "Principal",
                        "*",
                        "Action",
                        List.of("s3:GetObject"),
                        "Resource",
                        List.of(objectsOf(LINUX_PACKAGES))))))
        .build();
  }

  private static String objectsOf(String bucket) {
    return "arn:" + Aws.PARTITION + ":s3:::" + bucket + "/*";
  }

  /** Returns a statement for the principals of this account. */
  private static Map<String, Object> letThrough(
      String sid, List<String> actions, List<String> resources) {
    return Map.of(
        "Sid",
        sid,
        "Effect",
        "Allow",
        "Principal",
        "*",
        "Action",
        actions,
        "Resource",
        resources,
        "Condition",
        Map.of("StringEquals", Map.of("aws:PrincipalAccount", Aws.ACCOUNT_ID)));
  }

  /**
   * Creates the interface endpoints in one zone. Each costs $0.013 per hour in ap-southeast-1,
   * which is $9.49 per month of 730 hours.
   */
  private void interfaceEndpoints() {
    CfnParameter admin =
        choice(
            "AdminEndpoints",
            "yes",
            List.of("yes", "no"),
            "no saves $19 a month: hosts then get neither updates nor shell sessions until it is"
                + " yes again");
    CfnCondition wanted =
        CfnCondition.Builder.create(this, "AdminEndpointsAreWanted")
            .expression(Fn.conditionEquals(admin.getValueAsString(), "yes"))
            .build();
    // $9.49 per month: the job and the hosts read passwords.
    interfaceEndpoint("SecretsManager", "secretsmanager");
    // $9.49 per month: hosts register, and receive commands and updates.
    interfaceEndpoint("Ssm", "ssm").getCfnOptions().setCondition(wanted);
    // $9.49 per month: shell sessions on hosts, port forwarding, Run Command.
    interfaceEndpoint("SsmMessages", "ssmmessages").getCfnOptions().setCondition(wanted);
    // $9.49 per month: the warehouse host reports freshness, rejects and disk.
    interfaceEndpoint("Monitoring", "monitoring");
    // Absent, because nothing needs them: logs (the job logs to S3 or through Glue's network),
    // ec2messages (the current agent uses ssmmessages), sts, ec2, glue and emr-serverless (only
    // callers outside the VPC use them).
  }

  private CfnVPCEndpoint interfaceEndpoint(String id, String service) {
    return CfnVPCEndpoint.Builder.create(this, id + "Endpoint")
        .vpcId(vpc.getRef())
        .serviceName("com.amazonaws." + Aws.REGION + "." + service)
        .vpcEndpointType("Interface")
        .privateDnsEnabled(true)
        .subnetIds(List.of(etlSubnet.getRef()))
        .securityGroupIds(List.of(endpoints.getAttrGroupId()))
        .policyDocument(
            Map.of(
                "Version",
                "2012-10-17",
                "Statement",
                List.of(letThrough("ThisAccount", List.of(actionsOf(service)), List.of("*")))))
        .build();
  }

  /**
   * Returns the actions that an endpoint allows. The services of the Systems Manager agent are
   * allowed as a whole.
   */
  private static String actionsOf(String service) {
    return switch (service) {
      case "secretsmanager" -> "secretsmanager:GetSecretValue";
      case "monitoring" -> "cloudwatch:PutMetricData";
      default -> service + ":*";
    };
  }

  /** Logs rejected packets only, because those are the ones that an operator searches for. */
  private void flowLog(Bucket operations) {
    CfnFlowLog.Builder.create(this, "FlowLog")
        .resourceType("VPC")
        .resourceId(vpc.getRef())
        .trafficType("REJECT")
        .logDestinationType("s3")
        .logDestination(operations.arnForObjects(BucketsStack.LOGS + "network/"))
        .build();
  }

  static List<CfnTag> named(String name) {
    return List.of(CfnTag.builder().key("Name").value(name).build());
  }

  String vpcId() {
    return vpc.getRef();
  }

  String zoneId() {
    return zone.getRef();
  }

  String availabilityZone() {
    return etlSubnet.getAttrAvailabilityZone();
  }

  String publicSubnetId() {
    return publicSubnet.getRef();
  }

  String analyticsSubnetId() {
    return analyticsSubnet.getRef();
  }

  String etlSubnetId() {
    return etlSubnet.getRef();
  }

  String oltpGroupId() {
    return oltp.getAttrGroupId();
  }

  String warehouseGroupId() {
    return warehouse.getAttrGroupId();
  }

  String shinyGroupId() {
    return shiny.getAttrGroupId();
  }

  String etlGroupId() {
    return etl.getAttrGroupId();
  }
}
