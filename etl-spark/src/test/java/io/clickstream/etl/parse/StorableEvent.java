package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Checks that PostgreSQL can store a parsed event within the limits of its columns. */
final class StorableEvent {

  private StorableEvent() {}

  /**
   * Requires values that PostgreSQL stores.
   *
   * @param event the values of {@code STAGED_EVENT}
   */
  static void require(Object[] event) {
    List<Column> columns = Columns.STAGED_EVENT.all();
    assertThat(event).hasSize(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Object value = event[i];
      if (value == null) {
        assertThat(column.name())
            .isNotIn(
                "event_id",
                "event_timestamp",
                "event_name",
                "canonical_name",
                "occurred_at",
                "visitor_id",
                "raw_object_key",
                "is_bot");
      } else if (column.type() == ColumnType.JSONB) {
        requireStorableJson((String) value);
      } else if (column.type() == ColumnType.UUID) {
        assertThat(UUID.fromString((String) value)).hasToString((String) value);
      } else if (column.type() == ColumnType.TEXT) {
        requireStorableText(column.name(), (String) value);
      }
    }
  }

  private static void requireStorableText(String column, String text) {
    requireEncodable(text);
    assertThat(text.codePointCount(0, text.length()))
        .as(column)
        .isBetween(1, Limits.TEXT_CODE_POINTS);
    assertThat(text).as(column).isNotBlank();
    if (column.endsWith("_id") && !column.equals("click_id") && !column.equals("visitor_id")) {
      assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Limits.ID_BYTES);
    }
  }

  private static void requireEncodable(String text) {
    assertThat(text).doesNotContain("\u0000");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
  }

  private static void requireStorableJson(String json) {
    requireEncodable(json);
    try (JsonParser parser = StrictJson.FACTORY.createParser(json)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        assertThat(token).isNotNull();
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
          requireEncodable(parser.getText());
        } else if (token.isNumeric()) {
          assertThat(Decimals.exponentWithin(parser.getText(), 300)).isTrue();
          assertThat(parser.getText()).hasSizeLessThanOrEqualTo(1_000);
        }
      } while (depth > 0);
      assertThat(parser.nextToken()).isNull();
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
