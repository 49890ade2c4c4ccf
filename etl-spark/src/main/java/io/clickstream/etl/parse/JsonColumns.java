package io.clickstream.etl.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Computes {@code element}, {@code client_properties} and {@code properties}: JSON objects of the
 * clicked element, of the fields that describe the browser, and of all other fields that no column
 * takes. Their names and text are composed (NFC), as all text that people read.
 *
 * <p>A field is taken if {@link FieldMap} names it as a source, whether or not its value is usable.
 * A block loses its taken fields and keeps the others; a block that is not an object is kept.
 */
final class JsonColumns {

  /** Marks a value of which nothing is left. It differs from {@code null}, which is JSON's null. */
  private static final Object NOTHING = new Object();

  private static final TakenNames TAKEN = takenNames();

  /** Fields that the tracker sends with each event and that seldom change in a browser. */
  private static final Set<String> OF_CLIENT =
      Set.of("language", "timezone", "viewport", "trackerVersion");

  /** Names of blocks at the top level: one that is not an object has no fields to take. */
  private static final Set<String> BLOCKS =
      Stream.of(Block.values()).map(Block::path).collect(Collectors.toUnmodifiableSet());

  /**
   * The names of an object that columns take.
   *
   * @param isList true if the names are those of each element of a list
   * @param firstOnly true if a list gives only one of its elements
   */
  private record TakenNames(Map<String, TakenNames> byName, boolean isList, boolean firstOnly) {

    private static TakenNames empty(boolean isList, boolean firstOnly) {
      return new TakenNames(new HashMap<>(), isList, firstOnly);
    }

    private void add(Field field) {
      field.paths().forEach(path -> add(path, field.rule() == ValueRule.FIRST_TEXT));
    }

    private void add(List<String> path, boolean firstOnly) {
      boolean isLast = path.size() == 1;
      TakenNames child = byName.getOrDefault(path.get(0), empty(false, false));
      if (isLast && firstOnly) {
        child = new TakenNames(child.byName, child.isList, true);
      }
      byName.put(path.get(0), child);
      if (!isLast) {
        child.add(path.subList(1, path.size()), firstOnly);
      }
    }
  }

  private JsonColumns() {}

  /** Returns the names of all sources. */
  private static TakenNames takenNames() {
    TakenNames taken = TakenNames.empty(false, false);
    Stream.concat(
            FieldMap.COLUMNS.stream(),
            Stream.of(
                FieldMap.EVENT_ID,
                FieldMap.RECEIVED_AT,
                FieldMap.EVENT_TIMESTAMP,
                FieldMap.CLIENT_TIMESTAMP,
                FieldMap.SENT_AT))
        .forEach(taken::add);
    TakenNames items = TakenNames.empty(true, false);
    FieldMap.ORDER_LINE.forEach(items::add);
    taken.byName().get("order").byName().put("items", items);
    return taken;
  }

  static void fill(EventRow row, Payload payload) {
    Map<String, Object> element = payload.block(Block.ELEMENT);
    row.set("element", element.isEmpty() ? null : JsonText.composed(element));
    Map<String, Object> ofClient = new LinkedHashMap<>();
    Map<String, Object> rest = new LinkedHashMap<>();
    payload
        .block(Block.PAYLOAD)
        .forEach(
            (name, value) ->
                put(OF_CLIENT.contains(name) ? ofClient : rest, name, rest(name, value)));
    row.set("client_properties", ofClient.isEmpty() ? null : JsonText.composed(ofClient));
    row.set("properties", rest.isEmpty() ? null : JsonText.composed(rest));
  }

  private static void put(Map<String, Object> fields, String name, Object value) {
    if (value != NOTHING) {
      fields.put(name, value);
    }
  }

  private static Object rest(String name, Object value) {
    TakenNames taken = TAKEN.byName().get(name);
    if (taken == null) {
      return value;
    }
    if (taken.byName().isEmpty()) {
      return restOfTaken(value, taken);
    }
    return switch (name) {
      case "_ingest" -> NOTHING;
      case "element" -> value == null || value instanceof Map<?, ?> ? NOTHING : value;
      default -> BLOCKS.contains(name) ? without(value, taken) : restOfTaken(value, taken);
    };
  }

  /** Returns what is left of a block; the value itself if it is not an object. */
  private static Object without(Object value, TakenNames taken) {
    if (!(value instanceof Map<?, ?> block)) {
      return value == null ? NOTHING : value;
    }
    Map<String, Object> rest = new LinkedHashMap<>();
    JsonTree.object(block)
        .forEach(
            (name, field) -> {
              TakenNames inside = taken.byName().get(name);
              put(rest, name, inside == null ? field : restOfTaken(field, inside));
            });
    return rest.isEmpty() ? NOTHING : rest;
  }

  private static Object restOfTaken(Object value, TakenNames taken) {
    if (value instanceof Map<?, ?>) {
      return taken.isList() || taken.byName().isEmpty() ? NOTHING : without(value, taken);
    }
    if (value instanceof List<?> list) {
      if (taken.isList()) {
        return itemsWithout(list, taken);
      }
      return taken.firstOnly() && list.size() > 1 ? list : NOTHING;
    }
    return NOTHING;
  }

  /** Returns one element per item, null where nothing is left, so that items stay apart. */
  private static Object itemsWithout(List<?> items, TakenNames taken) {
    List<Object> rest = new ArrayList<>();
    boolean any = false;
    for (Object item : items) {
      Object left = without(item, taken);
      any |= left != NOTHING;
      rest.add(left == NOTHING ? null : left);
    }
    return any ? rest : NOTHING;
  }
}
