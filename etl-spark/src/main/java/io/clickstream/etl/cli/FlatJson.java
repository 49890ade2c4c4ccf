package io.clickstream.etl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** JSON objects with text values. */
final class FlatJson {

  private static final JsonFactory JSON = new JsonFactory();

  /** Thrown for text that is not a JSON object. The message never quotes it: it may be a secret. */
  static final class NotAnObjectException extends IOException {

    private static final long serialVersionUID = 1L;

    NotAnObjectException() {
      super("the text is not a JSON object");
    }
  }

  private FlatJson() {}

  /**
   * Returns the scalar values of an object by name, as text. Null and nested values are left out.
   *
   * @throws NotAnObjectException when the text is not a JSON object
   */
  static Map<String, String> texts(String object) throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser json = JSON.createParser(object)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new NotAnObjectException();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          texts.put(name, json.getText());
        }
        json.skipChildren();
      }
      return texts;
    } catch (JsonProcessingException e) {
      throw new NotAnObjectException();
    }
  }
}
