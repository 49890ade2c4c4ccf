package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The network has the documented subnets, routes and groups, and nothing else is open. */
class NetworkStackIT {

  private final StackTemplate network = Synthesis.onEmr().template("Network");

  @Test
  void oneVpcWithThreeSubnets() {
    network.has(
        "AWS::EC2::VPC",
        Map.of("CidrBlock", "10.0.0.0/16", "EnableDnsSupport", true, "EnableDnsHostnames", true));
    Map<String, String> subnets = new TreeMap<>();
    for (JsonNode subnet : network.properties("AWS::EC2::Subnet")) {
      subnets.put(nameOf(subnet), subnet.path("CidrBlock").asText());
      assertThat(subnet.path("MapPublicIpOnLaunch").asBoolean()).isFalse();
    }
    assertThat(subnets)
        .isEqualTo(
            Map.of(
                "PublicOltp", "10.0.1.0/24",
                "PrivateAnalytics", "10.0.2.0/24",
                "PrivateEtl", "10.0.3.0/24"));
  }

  @Test
  void allSubnetsAreInOneZoneThatIsAParameter() {
    assertThat(network.properties("AWS::EC2::Subnet"))
        .extracting(subnet -> subnet.path("AvailabilityZone").toString())
        .containsOnly(
            "{\"Fn::Select\":[{\"Ref\":\"AvailabilityZoneIndex\"},{\"Fn::GetAZs\":\"\"}]}");
  }

  @Test
  void onlyThePublicSubnetHasARouteToTheInternet() {
    JsonNode route = network.only("AWS::EC2::Route");
    assertThat(route.path("DestinationCidrBlock").asText()).isEqualTo("0.0.0.0/0");
    assertThat(route.path("GatewayId").has("Ref")).isTrue();
    String table = route.at("/RouteTableId/Ref").asText();
    assertThat(table).startsWith("PublicRoutes");
    assertThat(
            network.properties("AWS::EC2::SubnetRouteTableAssociation").stream()
                .filter(each -> each.at("/RouteTableId/Ref").asText().equals(table)))
        .singleElement()
        .extracting(each -> each.at("/SubnetId/Ref").asText())
        .asString()
        .startsWith("PublicOltp");
    assertThat(network.properties("AWS::EC2::SubnetRouteTableAssociation")).hasSize(3);
  }

  @Test
  void noStackHasANatGatewayOrAnAddressForOne() {
    for (String name : Synthesis.onEmr().stacks().keySet()) {
      String template = Synthesis.onEmr().templates().get(name).toString();
      assertThat(template).doesNotContain("AWS::EC2::NatGateway");
      // The only fixed address is that of the shop's database.
      if (!name.equals("Clickstream-Oltp")) {
        assertThat(template).as(name).doesNotContain("AWS::EC2::EIP");
      }
    }
  }

  @Test
  void theS3EndpointServesThePrivateSubnetsWithAPolicy() {
    JsonNode endpoint =
        network.properties("AWS::EC2::VPCEndpoint").stream()
            .filter(each -> each.path("VpcEndpointType").asText().equals("Gateway"))
            .findFirst()
            .orElseThrow();
    assertThat(endpoint.path("ServiceName").toString()).contains("com.amazonaws.", ".s3");
    assertThat(endpoint.path("RouteTableIds"))
        .extracting(table -> table.path("Ref").asText().replaceAll("[0-9A-F]{8}$", ""))
        .containsExactlyInAnyOrder("AnalyticsRoutes", "EtlRoutes");
    for (JsonNode statement : endpoint.at("/PolicyDocument/Statement")) {
      assertThat(statement.path("Action"))
          .extracting(JsonNode::asText)
          .isSubsetOf("s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject", "s3:PutObject");
      assertThat(statement.path("Resource").toString()).doesNotContain("[\"*\"]");
    }
  }

  @Test
  void thereAreFourInterfaceEndpoints() {
    Set<String> services = new TreeSet<>();
    for (JsonNode endpoint : network.properties("AWS::EC2::VPCEndpoint")) {
      if (endpoint.path("VpcEndpointType").asText().equals("Interface")) {
        services.add(endpoint.path("ServiceName").toString().replaceAll(".*\\.([a-z]+)\".*", "$1"));
        assertThat(endpoint.path("PrivateDnsEnabled").asBoolean()).isTrue();
        assertThat(endpoint.path("SubnetIds")).hasSize(1);
        assertThat(endpoint.at("/PolicyDocument/Statement")).hasSize(1);
      }
    }
    assertThat(services).containsExactly("monitoring", "secretsmanager", "ssm", "ssmmessages");
    network
        .resources("AWS::EC2::VPCEndpoint")
        .forEach(
            (id, endpoint) ->
                assertThat(endpoint.path("Condition").asText())
                    .as(id)
                    .isEqualTo(id.startsWith("Ssm") ? "AdminEndpointsAreWanted" : ""));
    assertThat(network.parameter("AdminEndpoints").path("Default").asText()).isEqualTo("yes");
  }

  @Test
  void groupsReachEachOtherAsDocumentedOnly() {
    assertThat(rules("AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId"))
        .containsExactlyInAnyOrder(
            "SGETL → SGDW 5432-5432",
            "SGShiny → SGDW 5432-5432",
            "SGETL → SGEndpoints 443-443",
            "SGDW → SGEndpoints 443-443",
            "SGOLTP → SGEndpoints 443-443",
            "SGETL → SGETL 0-65535");
    assertThat(rules("AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId"))
        .containsExactlyInAnyOrder(
            "SGDW ← SGETL 5432-5432",
            "SGDW ← SGShiny 5432-5432",
            "SGEndpoints ← SGETL 443-443",
            "SGEndpoints ← SGDW 443-443",
            "SGEndpoints ← SGOLTP 443-443",
            "SGETL ← SGETL 0-65535");
  }

  private List<String> rules(String type, String other) {
    String arrow = type.endsWith("Ingress") ? " → " : " ← ";
    return network.properties(type).stream()
        .filter(rule -> rule.has(other))
        .map(
            rule ->
                group(rule.path(other))
                    + arrow
                    + group(rule.path("GroupId"))
                    + " "
                    + rule.path("FromPort")
                    + "-"
                    + rule.path("ToPort"))
        .toList();
  }

  private static String group(JsonNode reference) {
    return reference.at("/Fn::GetAtt/0").asText();
  }

  @Test
  void everyGroupHasAnEgressRule() {
    Map<String, JsonNode> groups = network.resources("AWS::EC2::SecurityGroup");
    assertThat(groups).hasSize(5);
    groups.forEach(
        (id, group) -> {
          assertThat(group.at("/Properties/SecurityGroupIngress").isMissingNode()).isTrue();
          assertThat(group.at("/Properties/SecurityGroupEgress")).as(id).hasSize(1);
          JsonNode rule = group.at("/Properties/SecurityGroupEgress/0");
          if (rule.has("CidrIp")) {
            assertThat(rule.path("CidrIp").asText()).isEqualTo("255.255.255.255/32");
          } else {
            assertThat(rule.at("/DestinationPrefixListId/Ref").asText())
                .isEqualTo("S3PrefixListId");
            assertThat(rule.path("FromPort").asInt()).isEqualTo(443);
            assertThat(rule.path("ToPort").asInt()).isEqualTo(443);
          }
        });
  }

  @Test
  void nothingIsOpenToTheWorldInEitherDirectionButTheDatabaseOfTheShopByAParameter() {
    for (JsonNode template : Synthesis.onEmr().templates().values()) {
      for (JsonNode resource : template.path("Resources")) {
        if (resource.path("Type").asText().startsWith("AWS::EC2::SecurityGroup")
            && !resource.path("Condition").asText().equals("OltpOpenToTheInternetIsGiven")) {
          assertThat(resource.toString()).doesNotContain("0.0.0.0/0", "::/0");
        }
      }
    }
  }

  /** Amplify's server-side code has no fixed addresses. */
  @Test
  void onlyAnExplicitYesOpensTheDatabaseOfTheShop() {
    List<JsonNode> open =
        network.resources("AWS::EC2::SecurityGroupIngress").values().stream()
            .filter(rule -> rule.at("/Properties/CidrIp").asText().equals("0.0.0.0/0"))
            .toList();
    assertThat(open).hasSize(1);
    JsonNode rule = open.get(0).path("Properties");
    assertThat(rule.path("FromPort").asInt()).isEqualTo(5432);
    assertThat(rule.path("ToPort").asInt()).isEqualTo(5432);
    assertThat(group(rule.path("GroupId"))).isEqualTo("SGOLTP");
    assertThat(network.json().at("/Conditions/OltpOpenToTheInternetIsGiven").toString())
        .isEqualTo("{\"Fn::Equals\":[{\"Ref\":\"OltpOpenToTheInternet\"},\"yes\"]}");
    JsonNode parameter = network.parameter("OltpOpenToTheInternet");
    assertThat(parameter.path("Default").asText()).isEqualTo("no");
    assertThat(parameter.path("Description").asText()).startsWith("WARNING: ");
  }

  @Test
  void clientsOutsideTheVpcNeedAParameter() {
    Map<String, Integer> ports =
        Map.of("OltpClientCidr", 5432, "OltpAdminCidr", 22, "DashboardCidr", 8443);
    List<JsonNode> open =
        network.resources("AWS::EC2::SecurityGroupIngress").values().stream()
            .filter(rule -> rule.at("/Properties/CidrIp").has("Ref"))
            .toList();
    assertThat(open).hasSize(3);
    for (JsonNode rule : open) {
      String parameter = rule.at("/Properties/CidrIp/Ref").asText();
      assertThat(ports).containsKey(parameter);
      assertThat(rule.at("/Properties/FromPort").asInt()).isEqualTo(ports.get(parameter));
      assertThat(rule.path("Condition").asText()).isEqualTo(parameter + "IsGiven");
      assertThat(network.parameter(parameter).path("Default").asText()).isEmpty();
      assertThat(network.json().at("/Conditions/" + parameter + "IsGiven").toString())
          .isEqualTo("{\"Fn::Not\":[{\"Fn::Equals\":[{\"Ref\":\"" + parameter + "\"},\"\"]}]}");
    }
  }

  @Test
  void noParameterCanOpenAGroupToTheWorld() {
    Pattern allowed =
        Pattern.compile(network.parameter("OltpClientCidr").path("AllowedPattern").asText());
    assertThat("203.0.113.7/32").matches(allowed);
    assertThat("10.8.0.0/16").matches(allowed);
    assertThat("").matches(allowed);
    for (String refused :
        List.of("0.0.0.0/0", "128.0.0.0/1", "1.0.0.0/0", "16.0.0.0/7", "203.0.113.7")) {
      assertThat(refused).doesNotMatch(allowed);
    }
  }

  /** EC2 refuses other characters, but only at deployment. */
  @Test
  void descriptionsUseCharactersThatEc2Accepts() {
    List<String> descriptions = new java.util.ArrayList<>();
    for (JsonNode resource : network.json().path("Resources")) {
      if (resource.path("Type").asText().startsWith("AWS::EC2::SecurityGroup")) {
        resource.findValues("GroupDescription").forEach(text -> descriptions.add(text.asText()));
        resource.findValues("Description").forEach(text -> descriptions.add(text.asText()));
      }
    }
    assertThat(descriptions)
        .hasSizeGreaterThan(20)
        .allMatch(text -> text.matches("[a-zA-Z0-9 ._:/()#,@\\[\\]+=&;{}!$*-]{1,255}"));
  }

  @Test
  void rejectedPacketsAreLogged() {
    JsonNode log = network.only("AWS::EC2::FlowLog");
    assertThat(log.path("TrafficType").asText()).isEqualTo("REJECT");
    assertThat(log.path("LogDestinationType").asText()).isEqualTo("s3");
  }

  private static String nameOf(JsonNode properties) {
    for (JsonNode tag : properties.path("Tags")) {
      if (tag.path("Key").asText().equals("Name")) {
        return tag.path("Value").asText();
      }
    }
    return "";
  }
}
