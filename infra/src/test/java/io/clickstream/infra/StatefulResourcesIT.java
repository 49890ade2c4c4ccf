package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * An update of deployed stacks replaces no host, volume, bucket, secret, user pool, address or
 * network of them.
 *
 * <p>{@code infra/released-resources.json} has these resources of the last release: per stack and
 * logical id, the type, and the properties of which CloudFormation replaces the resource when they
 * change. The schemas of cfn-lint, which are those of CloudFormation's registry, name these
 * properties. A release writes the file anew with {@code -Dreleased.write}. So does a change before
 * the first release that replaces a resource on purpose.
 */
class StatefulResourcesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));
  private static final Path RELEASED = HOME.resolve("infra/released-resources.json");
  private static final Path SCHEMAS = HOME.resolve(".clickstream/cdk-tools/cfnlint/data/schemas");

  private static final Set<String> STATEFUL =
      Set.of(
          "AWS::EC2::Instance",
          "AWS::EC2::Volume",
          "AWS::EC2::VPC",
          "AWS::EC2::Subnet",
          "AWS::EC2::EIP",
          "AWS::S3::Bucket",
          "AWS::SecretsManager::Secret",
          "AWS::Cognito::UserPool",
          "AWS::Cognito::UserPoolClient",
          "AWS::ApiGatewayV2::Api",
          "AWS::CloudFront::Distribution",
          "AWS::Amplify::App");

  /** Properties that CloudFormation refuses to change, by their pages in its template reference. */
  private static final Map<String, List<String>> UNCHANGEABLE =
      Map.of(
          "AWS::EC2::Volume",
          List.of("AvailabilityZone", "Encrypted", "KmsKeyId", "SnapshotId"),
          "AWS::Cognito::UserPool",
          List.of("AliasAttributes", "UsernameAttributes", "UsernameConfiguration"));

  /** Returns the names of the properties whose change replaces a resource or is refused. */
  private static List<String> replacing(String type) throws IOException {
    JsonNode providers = JSON.readTree(SCHEMAS.resolve("providers/us-east-1.json").toFile());
    JsonNode schema =
        JSON.readTree(
            SCHEMAS.resolve("resources/" + providers.path(type).asText() + ".json").toFile());
    assertThat(schema.path("typeName").asText()).isEqualTo(type);
    List<String> names = new ArrayList<>(UNCHANGEABLE.getOrDefault(type, List.of()));
    for (String kind : List.of("createOnlyProperties", "conditionalCreateOnlyProperties")) {
      schema.path(kind).forEach(path -> names.add(path.asText().split("/")[2]));
    }
    return names;
  }

  /** Returns the stateful resources of templates with the properties that replace them. */
  private static ObjectNode resources(Map<String, JsonNode> templates) throws IOException {
    Map<String, List<String>> known = new TreeMap<>();
    ObjectNode stacks = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> template : new TreeMap<>(templates).entrySet()) {
      ObjectNode stack = JSON.createObjectNode();
      for (Map.Entry<String, JsonNode> resource :
          template.getValue().path("Resources").properties()) {
        String type = resource.getValue().path("Type").asText();
        if (STATEFUL.contains(type)) {
          if (!known.containsKey(type)) {
            known.put(type, replacing(type));
          }
          ObjectNode kept = JSON.createObjectNode();
          for (String name : known.get(type)) {
            JsonNode value = resource.getValue().at("/Properties/" + name);
            if (!value.isMissingNode()) {
              kept.set(name, value);
            }
          }
          ObjectNode entry = stack.putObject(resource.getKey());
          entry.put("type", type);
          entry.set("properties", kept);
        }
      }
      if (!stack.isEmpty()) {
        stacks.set(template.getKey(), stack);
      }
    }
    return stacks;
  }

  /** Returns what an update from the released resources to others replaces or removes. */
  private static List<String> replaced(JsonNode released, JsonNode now) {
    List<String> replaced = new ArrayList<>();
    for (Map.Entry<String, JsonNode> stack : released.properties()) {
      for (Map.Entry<String, JsonNode> resource : stack.getValue().properties()) {
        JsonNode found = now.path(stack.getKey()).path(resource.getKey());
        if (!found.equals(resource.getValue())) {
          replaced.add(stack.getKey() + "." + resource.getKey());
        }
      }
    }
    return replaced;
  }

  @Test
  void anUpdateOfTheLastReleaseReplacesNoStatefulResource() throws IOException {
    ObjectNode now = resources(Synthesis.onEmr().templates());
    if (System.getProperty("released.write") != null) {
      Files.writeString(
          RELEASED, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(now) + "\n");
    }
    assertThat(replaced(JSON.readTree(RELEASED.toFile()), now)).isEmpty();
  }

  @Test
  void anotherIdTypeOrReplacingPropertyIsFound() throws IOException {
    ObjectNode released = resources(Synthesis.onEmr().templates());
    String volume = Synthesis.onEmr().template("Warehouse").id("AWS::EC2::Volume", "DataVolume");
    String bucket = Synthesis.onEmr().template("Buckets").id("AWS::S3::Bucket", "RawBucket");

    ObjectNode otherId = released.deepCopy();
    ObjectNode buckets = (ObjectNode) otherId.path("Clickstream-Buckets");
    buckets.set("RawBucketOther", buckets.remove(bucket));
    assertThat(replaced(released, otherId)).containsExactly("Clickstream-Buckets." + bucket);

    ObjectNode plain = released.deepCopy();
    ((ObjectNode) plain.at("/Clickstream-Warehouse/" + volume + "/properties"))
        .put("Encrypted", false);
    assertThat(replaced(released, plain)).containsExactly("Clickstream-Warehouse." + volume);
    assertThat(replaced(released, released.deepCopy())).isEmpty();
  }

  /** The properties are those of the registry: a size may change in place, an image may not. */
  @Test
  void theSchemasNameTheReplacingProperties() throws IOException {
    assertThat(replacing("AWS::EC2::Instance"))
        .contains("ImageId", "NetworkInterfaces")
        .doesNotContain("Monitoring", "DisableApiTermination");
    assertThat(replacing("AWS::S3::Bucket")).contains("BucketName");
    assertThat(replacing("AWS::SecretsManager::Secret")).contains("Name");
    assertThat(replacing("AWS::EC2::Volume")).doesNotContain("Size");
  }
}
