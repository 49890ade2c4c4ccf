package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The diagrams of docs/aws.md are those of the templates. {@code -Ddiagrams.write} writes them
 * anew.
 */
class DiagramsIT {

  private static final Path PAGE = Path.of(System.getProperty("clickstream.home"), "docs/aws.md");
  private static final Synthesis PLATFORM = Synthesis.onEmr();

  /** Resources that the diagram of services shows, with the names of their services. */
  private static final Map<String, String> SERVICES =
      Map.ofEntries(
          Map.entry("AWS::S3::Bucket", "S3 bucket"),
          Map.entry("AWS::ApiGatewayV2::Api", "HTTP API"),
          Map.entry("AWS::Lambda::Function", "Lambda function"),
          Map.entry("AWS::Kinesis::Stream", "Kinesis data stream"),
          Map.entry("AWS::EC2::Instance", "EC2 instance"),
          Map.entry("AWS::EC2::Volume", "EBS volume"),
          Map.entry("AWS::EC2::EIP", "Elastic IP"),
          Map.entry("AWS::DLM::LifecyclePolicy", "daily snapshots"),
          Map.entry("AWS::SecretsManager::Secret", "secrets"),
          Map.entry("AWS::EMRServerless::Application", "EMR Serverless application"),
          Map.entry("AWS::Scheduler::Schedule", "EventBridge schedule"),
          Map.entry("AWS::Events::Rule", "EventBridge rule"),
          Map.entry("AWS::SQS::Queue", "SQS dead-letter queue"),
          Map.entry("AWS::CloudWatch::Alarm", "CloudWatch alarms"),
          Map.entry("AWS::CloudWatch::Dashboard", "CloudWatch dashboard"),
          Map.entry("AWS::SNS::Topic", "SNS topic"),
          Map.entry("AWS::Budgets::Budget", "budget"),
          Map.entry("AWS::EC2::VPC", "VPC"),
          Map.entry("AWS::EC2::VPCEndpoint", "VPC endpoints"),
          Map.entry("AWS::Route53::HostedZone", "private DNS zone"),
          Map.entry("AWS::Cognito::UserPool", "Cognito user pool"),
          Map.entry("AWS::Amplify::App", "Amplify app"),
          Map.entry("AWS::CloudFront::Distribution", "CloudFront distribution"));

  private static StackTemplate stack(String name) {
    return PLATFORM.template(name);
  }

  private static String nameOf(JsonNode properties) {
    for (JsonNode tag : properties.path("Tags")) {
      if (tag.path("Key").asText().equals("Name")) {
        return tag.path("Value").asText();
      }
    }
    throw new IllegalArgumentException("no name: " + properties);
  }

  /** Returns the logical id in the network to which an exported value belongs. */
  private static String inNetwork(JsonNode reference) {
    Matcher name =
        Pattern.compile("ExportsOutput(?:Ref|FnGetAtt)([A-Za-z]+?[0-9]*?)(?:GroupId)?[0-9A-F]{8}")
            .matcher(reference.toString());
    assertThat(name.find()).as(reference.toString()).isTrue();
    return name.group(1);
  }

  /** Returns the network: subnets with their hosts, endpoints, and the rules between groups. */
  private static String network() {
    StackTemplate network = stack("Network");
    List<String> lines = new ArrayList<>(List.of("flowchart LR"));
    lines.add("  internet((internet))");
    lines.add(
        "  subgraph vpc [VPC " + network.only("AWS::EC2::VPC").path("CidrBlock").asText() + "]");
    network
        .resources("AWS::EC2::Subnet")
        .forEach(
            (id, subnet) -> {
              JsonNode properties = subnet.path("Properties");
              lines.add(
                  "    subgraph "
                      + id
                      + " ["
                      + nameOf(properties)
                      + " "
                      + properties.path("CidrBlock").asText()
                      + "]");
              lines.addAll(inside(network, id));
              lines.add("    end");
            });
    lines.add("  end");
    lines.addAll(rules(network));
    return String.join("\n", lines);
  }

  /** Returns the hosts, workers and endpoints of a subnet. */
  private static List<String> inside(StackTemplate network, String subnet) {
    List<String> lines = new ArrayList<>();
    for (String host : List.of("Warehouse", "Oltp")) {
      JsonNode place = stack(host).only("AWS::EC2::Instance").at("/NetworkInterfaces/0");
      if (place.path("SubnetId").toString().contains("Ref" + subnet)) {
        List<String> groups = new ArrayList<>();
        place.path("GroupSet").forEach(group -> groups.add(inNetwork(group)));
        lines.add(
            "      "
                + String.join("-", groups)
                + "[\"EC2 "
                + nameOf(stack(host).only("AWS::EC2::Instance"))
                + "\"]");
      }
    }
    JsonNode job =
        stack("Etl").only("AWS::EMRServerless::Application").path("NetworkConfiguration");
    if (job.path("SubnetIds").toString().contains("Ref" + subnet)) {
      lines.add("      " + inNetwork(job.path("SecurityGroupIds").get(0)) + "[\"Spark workers\"]");
    }
    TreeSet<String> services = new TreeSet<>();
    for (JsonNode endpoint : network.properties("AWS::EC2::VPCEndpoint")) {
      if (endpoint.at("/SubnetIds/0/Ref").asText().equals(subnet)) {
        services.add(endpoint.path("ServiceName").toString().replaceAll(".*\\.([a-z]+)\".*", "$1"));
      }
    }
    if (!services.isEmpty()) {
      lines.add("      SGEndpoints[\"endpoints: " + String.join(", ", services) + "\"]");
    }
    return lines;
  }

  /** Returns an arrow per rule between groups, from outside by parameter, and to S3. */
  private static List<String> rules(StackTemplate network) {
    Map<String, String> nodes = new TreeMap<>();
    nodes.put("SGDW", "SGDW-SGShiny");
    nodes.put("SGShiny", "SGDW-SGShiny");
    TreeSet<String> arrows = new TreeSet<>();
    for (JsonNode rule : network.properties("AWS::EC2::SecurityGroupIngress")) {
      String to = rule.at("/GroupId/Fn::GetAtt/0").asText();
      String ports =
          rule.path("FromPort").asInt() == 0 ? "all ports" : rule.path("FromPort").asText();
      if (rule.has("SourceSecurityGroupId")) {
        String from = rule.at("/SourceSecurityGroupId/Fn::GetAtt/0").asText();
        String of = nodes.getOrDefault(from, from);
        String target = nodes.getOrDefault(to, to);
        arrows.add("  " + of + " -->|" + ports + "| " + target);
      } else {
        String parameter = rule.path("Description").asText().replaceAll(".* ", "");
        arrows.add(
            "  internet -.->|" + parameter + " " + ports + "| " + nodes.getOrDefault(to, to));
      }
    }
    List<String> lines = new ArrayList<>(arrows);
    lines.add("  s3[(S3 gateway endpoint)]");
    network
        .resources("AWS::EC2::SecurityGroup")
        .forEach(
            (id, group) -> {
              if (group.at("/Properties/SecurityGroupEgress/0").has("DestinationPrefixListId")) {
                lines.add("  " + nodes.getOrDefault(id, id) + " -->|443| s3");
              }
            });
    return lines;
  }

  /** Returns the services of each stack, and an arrow per stack that uses values of another. */
  private static String services() {
    List<String> lines = new ArrayList<>(List.of("flowchart LR"));
    TreeSet<String> arrows = new TreeSet<>();
    PLATFORM
        .templates()
        .forEach(
            (name, template) -> {
              String stack = name.substring("Clickstream-".length());
              Map<String, Integer> counts = new TreeMap<>();
              for (JsonNode resource : template.path("Resources")) {
                String service = SERVICES.get(resource.path("Type").asText());
                if (service != null) {
                  counts.merge(service, 1, Integer::sum);
                }
              }
              List<String> parts = new ArrayList<>();
              counts.forEach(
                  (service, count) -> parts.add(count == 1 ? service : count + " × " + service));
              lines.add(
                  "  "
                      + stack
                      + "[\"<b>"
                      + stack
                      + "</b><br/>"
                      + String.join("<br/>", parts)
                      + "\"]");
              Matcher imported =
                  Pattern.compile("Fn::ImportValue\":\"Clickstream-([A-Za-z]+):")
                      .matcher(template.toString());
              while (imported.find()) {
                arrows.add("  " + stack + " --> " + imported.group(1));
              }
            });
    lines.addAll(arrows);
    return String.join("\n", lines);
  }

  @Test
  void theDiagramsOfThePageAreThoseOfTheTemplates() throws IOException {
    String page = Files.readString(PAGE);
    String now = replaced(replaced(page, "network", network()), "services", services());
    if (System.getProperty("diagrams.write") != null) {
      Files.writeString(PAGE, now);
      page = now;
    }
    assertThat(page).isEqualTo(now);
  }

  private static String replaced(String page, String name, String diagram) {
    Matcher block =
        Pattern.compile(
                "(<!-- " + name + " -->\n```mermaid\n)[\\s\\S]*?(\n```\n<!-- /" + name + " -->)")
            .matcher(page);
    assertThat(block.find()).as(name).isTrue();
    return page.substring(0, block.end(1)) + diagram + page.substring(block.start(2));
  }
}
