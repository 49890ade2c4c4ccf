package io.clickstream.etl.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A column, the rule for its value, and the JSON names that it is taken from.
 *
 * @param column name of the column, or of the field in an order line
 * @param reportedAs name under which an unusable value is reported in {@code coerced_fields}
 * @param rule rule for the value
 * @param sources places in the payload, in order of preference: the first usable value is taken
 */
record Field(String column, String reportedAs, ValueRule rule, List<Source> sources) {

  /**
   * A place in the payload.
   *
   * @param block the object that holds the value, or an object around it
   * @param name name in the block
   * @param inside names from the object at that name down to the value; usually none
   * @param isParent true if another source of the column is inside this one: an object here is then
   *     passed over instead of being reported
   */
  record Source(Block block, String name, List<String> inside, boolean isParent) {

    private static Source of(String path, List<String> all) {
      Block block = Block.PAYLOAD;
      for (Block candidate : Block.values()) {
        if (path.startsWith(candidate.path() + ".")
            && candidate.path().length() > block.path().length()) {
          block = candidate;
        }
      }
      String rest = block == Block.PAYLOAD ? path : path.substring(block.path().length() + 1);
      List<String> names = List.of(rest.split("\\."));
      return new Source(
          block,
          names.get(0),
          names.subList(1, names.size()),
          all.stream().anyMatch(other -> other.startsWith(path + ".")));
    }

    private List<String> path() {
      List<String> path = new ArrayList<>(block.names());
      path.add(name);
      path.addAll(inside);
      return path;
    }

    private Object valueIn(Payload payload) {
      Map<String, Object> fields = payload.block(block);
      if (fields.isEmpty()) {
        return null;
      }
      Object value = fields.get(name);
      for (int i = 0; i < inside.size(); i++) {
        value = value instanceof Map<?, ?> object ? object.get(inside.get(i)) : null;
      }
      return isParent && value instanceof Map<?, ?> ? null : value;
    }
  }

  /**
   * Describes a field.
   *
   * @param paths names joined by dots, for example {@code product.brand.name}
   */
  static Field of(String column, ValueRule rule, String... paths) {
    List<String> all = List.of(paths);
    return new Field(column, column, rule, all.stream().map(path -> Source.of(path, all)).toList());
  }

  /** Returns the same field with another name in {@code coerced_fields}. */
  Field reportedAs(String name) {
    return new Field(column, name, rule, sources);
  }

  /** Returns the first usable value, or null; notes unusable ones in the payload. */
  Object read(Payload payload) {
    return read(payload, value -> true);
  }

  /** Does the same, and takes values that fail a test for unusable. */
  Object read(Payload payload, Predicate<Object> isUsable) {
    // By index: each event reads some fifty fields, and an iterator for each would take time.
    for (int i = 0; i < sources.size(); i++) {
      Object json = sources.get(i).valueIn(payload);
      if (json != null) {
        Object value = rule.read(json, payload.rules());
        if (value == ValueRule.UNUSABLE || value != null && !isUsable.test(value)) {
          payload.reportUnusable(reportedAs);
        } else if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  /** Returns true if a source has a value, usable or not; blank text is none. */
  boolean isPresent(Payload payload) {
    for (int i = 0; i < sources.size(); i++) {
      Object json = sources.get(i).valueIn(payload);
      if (json != null && rule.read(json, payload.rules()) != null) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if the first value that its rule can use is a number below 0. */
  boolean isNegative(Payload payload) {
    return sources.stream()
        .map(source -> rule.read(source.valueIn(payload), payload.rules()))
        .filter(Long.class::isInstance)
        .findFirst()
        .map(value -> (Long) value < 0)
        .orElse(false);
  }

  /** Returns the names from the root of the payload to each source. */
  Stream<List<String>> paths() {
    return sources.stream().map(Source::path);
  }
}
