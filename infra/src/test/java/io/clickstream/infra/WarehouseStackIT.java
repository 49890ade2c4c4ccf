package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The warehouse host is private, encrypted, backed up, and reached through Session Manager. */
class WarehouseStackIT {

  private final StackTemplate warehouse = Synthesis.onEmr().template("Warehouse");
  private final StackTemplate oltp = Synthesis.onEmr().template("Oltp");

  @Test
  void theWarehouseHostIsPrivate() {
    JsonNode place = warehouse.only("AWS::EC2::Instance").at("/NetworkInterfaces/0");
    assertThat(place.path("AssociatePublicIpAddress").asBoolean(true)).isFalse();
    assertThat(place.path("SubnetId").toString()).contains("PrivateAnalytics");
    assertThat(place.path("GroupSet")).hasSize(2);
    assertThat(place.path("GroupSet").toString()).contains("SGDW", "SGShiny");
  }

  @Test
  void theShopsDatabaseHasAPublicAddressAndAClosedGroup() {
    JsonNode place = oltp.only("AWS::EC2::Instance").at("/NetworkInterfaces/0");
    assertThat(place.path("AssociatePublicIpAddress").asBoolean()).isTrue();
    assertThat(place.path("SubnetId").toString()).contains("PublicOltp");
    assertThat(place.path("GroupSet")).hasSize(1);
    assertThat(place.path("GroupSet").toString()).contains("SGOLTP");
  }

  @Test
  void hostsHaveNoKeyPairAndStrictMetadata() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      JsonNode host = stack.only("AWS::EC2::Instance");
      assertThat(host.has("KeyName")).isFalse();
      assertThat(host.has("UserData")).isFalse();
      assertThat(host.at("/MetadataOptions/HttpTokens").asText()).isEqualTo("required");
      assertThat(host.path("DisableApiTermination").asBoolean()).isTrue();
      assertThat(host.at("/BlockDeviceMappings/0/Ebs/Encrypted").asBoolean()).isTrue();
    }
  }

  @Test
  void dataIsOnAnEncryptedVolumeThatOutlivesTheHost() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      Map<String, JsonNode> volumes = stack.resources("AWS::EC2::Volume");
      assertThat(volumes).hasSize(1);
      JsonNode volume = volumes.values().iterator().next();
      assertThat(volume.at("/Properties/Encrypted").asBoolean()).isTrue();
      assertThat(volume.at("/Properties/Size/Ref").asText()).isEqualTo("DataVolumeGib");
      assertThat(volume.path("DeletionPolicy").asText()).isEqualTo("Snapshot");
      assertThat(volume.path("UpdateReplacePolicy").asText()).isEqualTo("Snapshot");
      assertThat(stack.properties("AWS::EC2::VolumeAttachment")).hasSize(1);
    }
  }

  @Test
  void theDataVolumeIsCreatedFromASnapshotIfOneIsGiven() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      assertThat(stack.only("AWS::EC2::Volume").path("SnapshotId").toString())
          .isEqualTo(
              "{\"Fn::If\":[\"DataSnapshotIsGiven\",{\"Ref\":\"DataSnapshotId\"},"
                  + "{\"Ref\":\"AWS::NoValue\"}]}");
      assertThat(stack.parameter("DataSnapshotId").path("Default").asText("x")).isEmpty();
    }
  }

  @Test
  void oneSnapshotPerDayIsTaken() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      JsonNode policy = stack.only("AWS::DLM::LifecyclePolicy");
      assertThat(policy.path("State").asText()).isEqualTo("ENABLED");
      assertThat(policy.at("/PolicyDetails/Schedules/0/CreateRule/Interval").asInt()).isEqualTo(24);
      assertThat(policy.at("/PolicyDetails/Schedules/0/RetainRule/Count").asInt()).isEqualTo(14);
      JsonNode target = policy.at("/PolicyDetails/TargetTags/0");
      assertThat(stack.only("AWS::EC2::Volume").path("Tags")).contains(target);
    }
  }

  @Test
  void systemsManagerInstallsTheHostAtStartAndAfterEachChange() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      JsonNode installation = stack.only("AWS::SSM::Association");
      assertThat(installation.path("Name").asText()).isEqualTo("AWS-RunShellScript");
      assertThat(installation.at("/Targets/0/Values/0/Ref").asText())
          .isEqualTo(stack.id("AWS::EC2::Instance", "Host"));
      // The name of an asset is the digest of its files.
      assertThat(installation.at("/Parameters/commands").toString())
          .containsPattern("[0-9a-f]{64}\\.zip");
      // A failed association is not repeated by itself.
      assertThat(
              stack.resources("AWS::SSM::Association").values().iterator().next().path("DependsOn"))
          .extracting(JsonNode::asText)
          .contains(stack.id("AWS::EC2::VolumeAttachment", "DataVolumeAttachment"))
          .contains(stack.id("AWS::IAM::Policy", "HostRoleDefaultPolicy"))
          .contains(stack.id("AWS::IAM::InstanceProfile", "Profile"));
    }
  }

  /** The host of the shop's database has a temporary address until it has the Elastic IP. */
  @Test
  void theShopsDatabaseIsInstalledWithItsFinalAddress() {
    assertThat(oltp.resources("AWS::SSM::Association").values().iterator().next().path("DependsOn"))
        .extracting(JsonNode::asText)
        .contains(oltp.id("AWS::EC2::EIPAssociation", "ElasticIpOfHost"));
  }

  @Test
  void secretsManagerGeneratesPasswords() {
    List<JsonNode> secrets = warehouse.properties("AWS::SecretsManager::Secret");
    assertThat(secrets).hasSize(4);
    for (JsonNode secret : secrets) {
      assertThat(secret.has("SecretString")).isFalse();
      assertThat(secret.at("/GenerateSecretString/GenerateStringKey").asText())
          .isEqualTo("password");
      assertThat(secret.at("/GenerateSecretString/PasswordLength").asInt()).isEqualTo(32);
    }
    assertThat(secrets)
        .extracting(secret -> secret.at("/GenerateSecretString/SecretStringTemplate").asText())
        .containsExactlyInAnyOrder(
            "{\"username\":\"clickstream_admin\"}",
            "{\"username\":\"etl_loader\"}",
            "{\"username\":\"dashboards\"}",
            "{\"username\":\"analyst\"}");
  }

  @Test
  void theDnsNameOfTheWarehouseIsThatOfItsCertificate() {
    JsonNode record = warehouse.only("AWS::Route53::RecordSet");
    assertThat(record.path("Name").asText()).isEqualTo("warehouse.clickstream.internal");
    assertThat(record.at("/ResourceRecords/0/Fn::GetAtt/1").asText()).isEqualTo("PrivateIp");
    assertThat(warehouse.only("AWS::SSM::Association").at("/Parameters/commands").toString())
        .contains("install warehouse.clickstream.internal ");
  }

  @Test
  void theImageIsAParameter() {
    for (StackTemplate stack : List.of(warehouse, oltp)) {
      assertThat(stack.only("AWS::EC2::Instance").at("/ImageId/Ref").asText()).isEqualTo("ImageId");
      assertThat(stack.parameter("ImageId").path("Type").asText()).isEqualTo("AWS::EC2::Image::Id");
      assertThat(stack.parameter("ImageId").has("Default")).isFalse();
    }
  }
}
