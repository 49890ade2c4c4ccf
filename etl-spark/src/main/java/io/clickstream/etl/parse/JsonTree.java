package io.clickstream.etl.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into a tree of Java objects.
 *
 * <p>Objects become maps (the last of duplicate names wins), arrays lists, text strings, numbers
 * {@link NumberLiteral}s, and null {@code null}. Number literals are never converted to double, so
 * that prices and unknown numbers stay exact.
 */
final class JsonTree {

  /** A number as it is written in the payload. */
  record NumberLiteral(String text) {}

  /** Room for the fields of nearly every event: a map that grows copies itself. */
  private static final int RECORD_CAPACITY = 64;

  private JsonTree() {}

  /** Returns an object of the tree with its type. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Map<?, ?> object) {
    return (Map<String, Object>) object;
  }

  /** Reads the value at the parser's current token. */
  static Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> readInto(new LinkedHashMap<>(), parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new NumberLiteral(parser.getText());
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("Cannot read JSON: no value at " + token + ".");
    };
  }

  /** Reads the object of a record, whose opening brace is the current token. */
  static Map<String, Object> readRecord(JsonParser parser) throws IOException {
    return readInto(new LinkedHashMap<>(RECORD_CAPACITY), parser);
  }

  private static Map<String, Object> readInto(Map<String, Object> fields, JsonParser parser)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, read(parser));
    }
    return fields;
  }

  private static List<Object> readArray(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(read(parser));
    }
    return items;
  }
}
