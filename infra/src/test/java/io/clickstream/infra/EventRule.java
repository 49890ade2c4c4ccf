package io.clickstream.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Evaluates event patterns of EventBridge and filter patterns of CloudWatch Logs. It knows the
 * constructs that the templates use and throws on any other.
 */
final class EventRule {

  private static final Pattern COMPARISON =
      Pattern.compile("\\(?\\$((?:\\.[A-Za-z-]+)+) = \"([^\"]*)\"\\)?");

  private EventRule() {}

  /**
   * Returns whether an event matches an event pattern of exact values: every field of the pattern
   * must have one of its values.
   */
  static boolean matches(JsonNode pattern, JsonNode event) {
    for (var field : pattern.properties()) {
      JsonNode wanted = field.getValue();
      JsonNode actual = event.path(field.getKey());
      if (wanted.isObject() && !matches(wanted, actual)) {
        return false;
      }
      if (wanted.isArray()) {
        List<JsonNode> values = new ArrayList<>();
        wanted.forEach(values::add);
        if (!values.stream().allMatch(JsonNode::isTextual)) {
          throw new IllegalArgumentException("unknown matcher: " + wanted);
        }
        if (!values.contains(actual)) {
          return false;
        }
      } else if (!wanted.isObject()) {
        throw new IllegalArgumentException("not a pattern: " + wanted);
      }
    }
    return true;
  }

  /** Returns whether a JSON log event matches a filter pattern: alternatives of equal texts. */
  static boolean filter(String pattern, JsonNode event) {
    if (!pattern.startsWith("{ ") || !pattern.endsWith(" }")) {
      throw new IllegalArgumentException("not a JSON filter: " + pattern);
    }
    boolean found = false;
    for (String alternative : pattern.substring(2, pattern.length() - 2).split(" \\|\\| ")) {
      Matcher comparison = COMPARISON.matcher(alternative);
      if (!comparison.matches()) {
        throw new IllegalArgumentException("unknown comparison: " + alternative);
      }
      JsonNode value = event.at(comparison.group(1).replace('.', '/'));
      found |= value.isTextual() && value.asText().equals(comparison.group(2));
    }
    return found;
  }
}
