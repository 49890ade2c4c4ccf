package io.clickstream.etl.parse;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The JSON object of one record with its {@link Block}s, and the fields that were found unusable in
 * it.
 */
final class Payload {

  private final Map<String, Object> fields;
  private final Map<String, Object> ingest;
  private final Map<String, Object> product;
  private final Map<String, Object> contextProduct;
  private final Map<String, Object> order;
  private final Map<String, Object> element;
  private final Map<String, Object> dataset;
  private final ParseRules rules;
  private final Set<String> unusable;

  /** Creates the payload of a record; reports blocks that are not objects as unusable. */
  Payload(Map<String, Object> fields, ParseRules rules) {
    this.fields = fields;
    this.rules = rules;
    this.unusable = new TreeSet<>();
    this.ingest = objectIn(fields, "_ingest");
    this.product = objectIn(fields, "product");
    this.contextProduct = objectIn(fields, "context_product");
    this.order = objectIn(fields, "order");
    this.element = objectIn(fields, "element");
    this.dataset = objectIn(element, "dataset");
  }

  private Payload(Map<String, Object> line, Payload whole) {
    this.fields = line;
    this.rules = whole.rules;
    this.unusable = whole.unusable;
    this.ingest = Map.of();
    this.product = Map.of();
    this.contextProduct = Map.of();
    this.order = Map.of();
    this.element = Map.of();
    this.dataset = Map.of();
  }

  /** Returns an order line as a payload of its own that shares this one's unusable fields. */
  Payload line(Map<String, Object> line) {
    return new Payload(line, this);
  }

  private Map<String, Object> objectIn(Map<String, Object> parent, String name) {
    Object value = parent.get(name);
    if (value instanceof Map<?, ?> object) {
      return JsonTree.object(object);
    }
    if (value != null) {
      reportUnusable(name);
    }
    return Map.of();
  }

  /** Returns the fields of a block; none if it is absent or unusable. */
  Map<String, Object> block(Block block) {
    return switch (block) {
      case PAYLOAD -> fields;
      case INGEST -> ingest;
      case PRODUCT -> product;
      case CONTEXT_PRODUCT -> contextProduct;
      case ORDER -> order;
      case ELEMENT -> element;
      case DATASET -> dataset;
    };
  }

  ParseRules rules() {
    return rules;
  }

  /** Notes that a field has a value that cannot be used. */
  void reportUnusable(String field) {
    unusable.add(field);
  }

  /** Returns the unusable fields, sorted and comma-separated, or null if there are none. */
  String unusableFields() {
    return unusable.isEmpty() ? null : String.join(",", unusable);
  }
}
