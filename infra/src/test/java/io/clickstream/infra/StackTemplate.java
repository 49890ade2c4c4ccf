package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/** A stack's template as a test looks at it. */
final class StackTemplate {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Template template;
  private final JsonNode json;

  StackTemplate(Stack stack) {
    template = Template.fromStack(stack);
    json = JSON.valueToTree(template.toJSON());
  }

  /** One of a type with these properties at least. */
  void has(String type, Map<String, Object> properties) {
    template.hasResourceProperties(type, properties);
  }

  /** Of a type, by logical id. */
  Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    json.path("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
              }
            });
    return found;
  }

  /** Properties of all of a type. */
  List<JsonNode> properties(String type) {
    List<JsonNode> found = new ArrayList<>();
    resources(type).values().forEach(resource -> found.add(resource.path("Properties")));
    return found;
  }

  /** Properties of the only one of a type. */
  JsonNode only(String type) {
    List<JsonNode> found = properties(type);
    assertThat(found).as(type).hasSize(1);
    return found.get(0);
  }

  /** Logical id of the only resource of a type whose id begins so. */
  String id(String type, String prefix) {
    List<String> found =
        resources(type).keySet().stream().filter(id -> id.startsWith(prefix)).toList();
    assertThat(found).as("%s %s…", type, prefix).hasSize(1);
    return found.get(0);
  }

  JsonNode parameter(String name) {
    return json.path("Parameters").path(name);
  }

  JsonNode json() {
    return json;
  }
}
