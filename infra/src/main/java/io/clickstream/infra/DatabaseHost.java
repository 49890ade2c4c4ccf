package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnDeletionPolicy;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.dlm.CfnLifecyclePolicy;
import software.amazon.awscdk.services.ec2.CfnInstance;
import software.amazon.awscdk.services.ec2.CfnVolume;
import software.amazon.awscdk.services.ec2.CfnVolumeAttachment;
import software.amazon.awscdk.services.iam.CfnInstanceProfile;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.ssm.CfnAssociation;
import software.constructs.IConstruct;

/**
 * Creates a host with PostgreSQL on Amazon Linux 2023. Its encrypted data volume outlives the
 * instance and has one snapshot per day. The host has no key pair, and Systems Manager replaces
 * open ports.
 *
 * <p>A folder of {@code infra/host/} holds the installation. A Systems Manager association runs its
 * {@code install} when the host starts and after each change of the folder.
 */
final class DatabaseHost {

  /** Device name of Amazon Linux's root disk. */
  private static final String ROOT_DEVICE = "/dev/xvda";

  private static final String DATA_DEVICE = "/dev/sdf";
  private static final int SNAPSHOTS_KEPT = 14;

  /**
   * A snapshot begins within an hour after its time, and its retries may take another one. So more
   * than 24 hours may pass between two good ones.
   */
  private static final int HOURS_WITHOUT_SNAPSHOT = 27;

  private final CfnInstance instance;
  private final CfnAssociation installation;

  /**
   * Properties in which hosts differ.
   *
   * @param role name of the host, without that of the environment
   * @param name name of the host, its tags and its snapshots
   * @param subnetId subnet of the host
   * @param publicAddress whether the host has a public address; its groups still decide who reaches
   *     it
   * @param groupIds security groups of the host
   * @param zone availability zone of subnet and volume
   * @param defaultType default instance type
   * @param defaultGib default size of the data volume in GiB
   */
  record Place(
      String role,
      String name,
      String subnetId,
      boolean publicAddress,
      List<String> groupIds,
      String zone,
      String defaultType,
      int defaultGib) {}

  /**
   * Creates a host.
   *
   * @param stack stack that receives its parameters and resources
   * @param role role of the host; it is granted read access to the installation
   * @param installation folder whose {@code install} runs on the host
   * @param arguments arguments of {@code install}
   */
  DatabaseHost(PlatformStack stack, Place place, Role role, Asset installation, String arguments) {
    CfnParameter image =
        CfnParameter.Builder.create(stack, "ImageId")
            .type("AWS::EC2::Image::Id")
            .description(
                "Amazon Linux 2023 for x86-64. A new value replaces the host (docs/runbook.md)")
            .build();
    CfnParameter type =
        stack.text("InstanceType", place.defaultType(), "^[a-z0-9-]+\\.[a-z0-9]+$", "x86-64");
    CfnParameter gib =
        stack.number("DataVolumeGib", place.defaultGib(), 20, 16_384, "Size of the data volume");

    CfnParameter snapshot =
        stack.text(
            "DataSnapshotId",
            "",
            "^(snap-[0-9a-f]{8,17})?$",
            "Snapshot from which a new data volume is created; empty: an empty volume. CloudFormation"
                + " does not change an existing one (docs/runbook.md#restoring-the-warehouse)");

    CfnInstanceProfile profile =
        CfnInstanceProfile.Builder.create(stack, "Profile")
            .roles(List.of(role.getRoleName()))
            .build();
    instance =
        CfnInstance.Builder.create(stack, "Host")
            .imageId(image.getValueAsString())
            .instanceType(type.getValueAsString())
            .iamInstanceProfile(profile.getRef())
            .networkInterfaces(
                List.of(
                    CfnInstance.NetworkInterfaceProperty.builder()
                        .deviceIndex("0")
                        .subnetId(place.subnetId())
                        .groupSet(place.groupIds())
                        .associatePublicIpAddress(place.publicAddress())
                        .deleteOnTermination(true)
                        .build()))
            .blockDeviceMappings(
                List.of(
                    CfnInstance.BlockDeviceMappingProperty.builder()
                        .deviceName(ROOT_DEVICE)
                        .ebs(
                            CfnInstance.EbsProperty.builder()
                                .encrypted(true)
                                .volumeType("gp3")
                                .volumeSize(16)
                                .build())
                        .build()))
            .metadataOptions(
                CfnInstance.MetadataOptionsProperty.builder()
                    .httpTokens("required")
                    .httpPutResponseHopLimit(1)
                    .build())
            .monitoring(true)
            .disableApiTermination(true)
            .tags(NetworkStack.named(place.name()))
            .build();
    CfnVolumeAttachment attachment = dataVolume(stack, place, gib, snapshot);
    watch(stack, place, snapshots(stack, place));
    HostRole.mayGet(
        role,
        "arn:"
            + Aws.PARTITION
            + ":s3:::"
            + installation.getS3BucketName()
            + "/"
            + installation.getS3ObjectKey());
    this.installation = install(stack, place.name(), installation, arguments);
    // A failed association is not repeated, so it must come after everything it needs.
    this.installation
        .getNode()
        .addDependency(attachment, profile, role.getNode().findChild("DefaultPolicy"));
    stack.output("InstanceId", instance.getRef(), "For aws ssm start-session");
  }

  private CfnVolumeAttachment dataVolume(
      PlatformStack stack, Place place, CfnParameter gib, CfnParameter snapshot) {
    CfnCondition.Builder.create(stack, "DataSnapshotIsGiven")
        .expression(Fn.conditionNot(Fn.conditionEquals(snapshot.getValueAsString(), "")))
        .build();
    CfnVolume volume =
        CfnVolume.Builder.create(stack, "DataVolume")
            .availabilityZone(place.zone())
            .size(gib.getValueAsNumber())
            .snapshotId(
                Fn.conditionIf("DataSnapshotIsGiven", snapshot.getValueAsString(), Aws.NO_VALUE)
                    .toString())
            .volumeType("gp3")
            .encrypted(true)
            .tags(NetworkStack.named(place.name() + "-data"))
            .build();
    Tags.of(volume).add("clickstream:snapshots", place.name());
    volume.getCfnOptions().setDeletionPolicy(CfnDeletionPolicy.SNAPSHOT);
    volume.getCfnOptions().setUpdateReplacePolicy(CfnDeletionPolicy.SNAPSHOT);
    return CfnVolumeAttachment.Builder.create(stack, "DataVolumeAttachment")
        .instanceId(instance.getRef())
        .volumeId(volume.getRef())
        .device(DATA_DEVICE)
        .build();
  }

  /**
   * Takes one snapshot per day. A snapshot is of one instant, so PostgreSQL recovers from it as
   * after a power failure.
   */
  private static CfnLifecyclePolicy snapshots(PlatformStack stack, Place place) {
    Role role =
        Role.Builder.create(stack, "SnapshotRole")
            .assumedBy(new ServicePrincipal("dlm.amazonaws.com"))
            .description("Creates and deletes snapshots of data volumes")
            .build();
    String ec2 = "arn:" + Aws.PARTITION + ":ec2:" + Aws.REGION + ":";
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:CreateSnapshot", "ec2:CreateSnapshots"))
            .resources(
                List.of(
                    ec2 + Aws.ACCOUNT_ID + ":volume/*",
                    ec2 + Aws.ACCOUNT_ID + ":instance/*",
                    ec2 + ":snapshot/*"))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:CreateTags"))
            .resources(List.of(ec2 + ":snapshot/*"))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:DeleteSnapshot"))
            .resources(List.of(ec2 + ":snapshot/*"))
            .conditions(
                Map.of("StringLike", Map.of("aws:ResourceTag/clickstream:snapshots", place.name())))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(
                List.of("ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeSnapshots"))
            .resources(List.of("*"))
            .build());
    PlatformStack.explain(
        role,
        "AwsSolutions-IAM5",
        "Snapshots are created at run time, for volumes with a tag; describe actions have no"
            + " resources.");
    return CfnLifecyclePolicy.Builder.create(stack, "Snapshots")
        .description("A snapshot a day of " + place.name())
        .executionRoleArn(role.getRoleArn())
        .state("ENABLED")
        .policyDetails(
            CfnLifecyclePolicy.PolicyDetailsProperty.builder()
                .policyType("EBS_SNAPSHOT_MANAGEMENT")
                .resourceTypes(List.of("VOLUME"))
                .targetTags(
                    List.of(
                        software.amazon.awscdk.CfnTag.builder()
                            .key("clickstream:snapshots")
                            .value(place.name())
                            .build()))
                .schedules(
                    List.of(
                        CfnLifecyclePolicy.ScheduleProperty.builder()
                            .name("daily")
                            .copyTags(true)
                            .createRule(
                                CfnLifecyclePolicy.CreateRuleProperty.builder()
                                    .interval(24)
                                    .intervalUnit("HOURS")
                                    .times(List.of("19:00"))
                                    .build())
                            .retainRule(
                                CfnLifecyclePolicy.RetainRuleProperty.builder()
                                    .count(SNAPSHOTS_KEPT)
                                    .build())
                            .build()))
                .build())
        .build();
  }

  /** Returns the names of the alarms of a host, without that of the environment. */
  static List<String> alarms(String role) {
    return List.of(role + "-status", role + "-snapshots");
  }

  /**
   * Creates the alarms on the instance and on its snapshots. They are in the stack of the host,
   * because another stack that refers to the instance would prevent its replacement.
   */
  private void watch(PlatformStack stack, Place place, CfnLifecyclePolicy snapshots) {
    PlatformAlarms alarms = new PlatformAlarms(stack);
    alarms.aboveOrMissing(
        0,
        Metric.Builder.create()
            .namespace("AWS/EC2")
            .metricName("StatusCheckFailed")
            .dimensionsMap(Map.of("InstanceId", instance.getRef()))
            .statistic("Maximum")
            .period(Duration.minutes(5))
            .build(),
        new PlatformAlarms.Subject(
            alarms(place.role()).get(0),
            "host-status",
            "The host " + place.role() + " fails the status checks of EC2, or is stopped",
            2));
    alarms.belowOrMissing(
        1,
        completed(snapshots),
        new PlatformAlarms.Subject(
            alarms(place.role()).get(1),
            "snapshots",
            "No snapshot of the host "
                + place.role()
                + " was completed for "
                + HOURS_WITHOUT_SNAPSHOT
                + " hours",
            HOURS_WITHOUT_SNAPSHOT));
  }

  /**
   * Returns the number of completed snapshots per hour. The service sends a value only when it
   * completes one. So hours without a value are counted as zero: otherwise CloudWatch would look
   * for older values, and find one of a day before.
   */
  private static IMetric completed(CfnLifecyclePolicy snapshots) {
    return MathExpression.Builder.create()
        .expression("FILL(completed, 0)")
        .usingMetrics(
            Map.of(
                "completed",
                Metric.Builder.create()
                    .namespace("AWS/EBS")
                    .metricName("SnapshotsCreateCompleted")
                    .dimensionsMap(Map.of("DLMPolicyId", snapshots.getRef()))
                    .statistic("Sum")
                    .period(Duration.hours(1))
                    .build()))
        .period(Duration.hours(1))
        .label("completed snapshots")
        .build();
  }

  private CfnAssociation install(
      PlatformStack stack, String name, Asset installation, String arguments) {
    String fetch =
        "aws s3 cp --no-progress " + installation.getS3ObjectUrl() + " /opt/clickstream/host.zip";
    return CfnAssociation.Builder.create(stack, "Installation")
        .associationName(name + "-installation")
        .name("AWS-RunShellScript")
        .targets(
            List.of(
                CfnAssociation.TargetProperty.builder()
                    .key("InstanceIds")
                    .values(List.of(instance.getRef()))
                    .build()))
        .parameters(
            Map.of(
                "commands",
                List.of(
                    "set -eu",
                    "export AWS_DEFAULT_REGION=" + Aws.REGION,
                    "mkdir -p /opt/clickstream",
                    fetch,
                    "rm -rf /opt/clickstream/host",
                    "python3 -m zipfile -e /opt/clickstream/host.zip /opt/clickstream/host",
                    "bash /opt/clickstream/host/install " + arguments)))
        .build();
  }

  /** Delays the installation until a resource exists that changes the network of the host. */
  void installAfter(IConstruct resource) {
    installation.getNode().addDependency(resource);
  }

  CfnInstance instance() {
    return instance;
  }
}
