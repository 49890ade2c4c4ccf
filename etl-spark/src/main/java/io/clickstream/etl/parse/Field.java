package io.clickstream.etl.parse;

import java.util.List;
import java.util.Map;
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
   * @param block the object that holds the first name
   * @param names names from the block to the value
   * @param isParent true if another source of the column lies inside this one: an object here is
   *     then passed over instead of being reported
   */
  record Source(Block block, List<String> names, boolean isParent) {

    private static Source of(String path, List<String> all) {
      Block block = Block.PAYLOAD;
      for (Block candidate : Block.values()) {
        if (path.startsWith(candidate.path() + ".")
            && candidate.path().length() > block.path().length()) {
          block = candidate;
        }
      }
      String rest = block == Block.PAYLOAD ? path : path.substring(block.path().length() + 1);
      return new Source(
          block,
          List.of(rest.split("\\.")),
          all.stream().anyMatch(other -> other.startsWith(path + ".")));
    }

    private Object valueIn(Payload payload) {
      Object value = payload.block(block).get(names.get(0));
      for (int i = 1; i < names.size(); i++) {
        value = value instanceof Map<?, ?> object ? object.get(names.get(i)) : null;
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
    for (Source source : sources) {
      Object json = source.valueIn(payload);
      if (json != null) {
        Object value = rule.read(json, payload.rules());
        if (value == ValueRule.UNUSABLE) {
          payload.reportUnusable(reportedAs);
        } else if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  /** Returns the names from the root of the payload to each source. */
  Stream<List<String>> paths() {
    return sources.stream()
        .map(
            source ->
                Stream.concat(source.block().names().stream(), source.names().stream()).toList());
  }
}
