package io.clickstream.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job definition of {@code glue/} or {@code emr-serverless/}: JSON in the form of the service's
 * API, with placeholders {@code @NAME@} for values of a deployment.
 */
final class Definition {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};
  private static final Pattern PLACEHOLDER = Pattern.compile("@([A-Z_]+)@");

  private Definition() {}

  /**
   * Reads a definition and replaces its placeholders.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  static Map<String, Object> read(Path file, Map<String, String> values) {
    try {
      return JSON.readValue(filled(Files.readString(file), values, file), OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON object: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String filled(String text, Map<String, String> values, Path file) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException(file + ": no value for " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * Returns the definition with names that begin with an upper-case letter, as CloudFormation and
   * the Scheduler require.
   */
  static Map<String, Object> capitalized(Map<String, Object> object) {
    Map<String, Object> result = new LinkedHashMap<>();
    object.forEach(
        (name, value) ->
            result.put(
                Character.toUpperCase(name.charAt(0)) + name.substring(1), capitalizedIn(value)));
    return result;
  }

  @SuppressWarnings("unchecked")
  private static Object capitalizedIn(Object value) {
    if (value instanceof Map<?, ?> map) {
      return capitalized((Map<String, Object>) map);
    }
    return value instanceof List<?> list
        ? list.stream().map(Definition::capitalizedIn).toList()
        : value;
  }
}
