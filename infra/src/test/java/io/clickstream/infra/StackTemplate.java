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

/** Accessors for the template of a stack. */
final class StackTemplate {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Template template;
  private final JsonNode json;

  StackTemplate(Stack stack) {
    template = Template.fromStack(stack);
    json = JSON.valueToTree(template.toJSON());
  }

  /** Asserts that a resource of a type has at least these properties. */
  void has(String type, Map<String, Object> properties) {
    template.hasResourceProperties(type, properties);
  }

  /** Returns the resources of a type by logical id. */
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

  /** Returns the properties of all resources of a type. */
  List<JsonNode> properties(String type) {
    List<JsonNode> found = new ArrayList<>();
    resources(type).values().forEach(resource -> found.add(resource.path("Properties")));
    return found;
  }

  /** Returns the properties of the only resource of a type. */
  JsonNode only(String type) {
    List<JsonNode> found = properties(type);
    assertThat(found).as(type).hasSize(1);
    return found.get(0);
  }

  /** Returns the logical id of the only resource of a type whose id has a prefix. */
  String id(String type, String prefix) {
    List<String> found =
        resources(type).keySet().stream().filter(id -> id.startsWith(prefix)).toList();
    assertThat(found).as("%s %s…", type, prefix).hasSize(1);
    return found.get(0);
  }

  /** Returns the properties of a schedule. */
  JsonNode schedule(String id) {
    return resources("AWS::Scheduler::Schedule")
        .get(id("AWS::Scheduler::Schedule", id))
        .path("Properties");
  }

  JsonNode parameter(String name) {
    return json.path("Parameters").path(name);
  }

  JsonNode json() {
    return json;
  }
}
