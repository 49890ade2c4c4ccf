package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.LAST_MODIFIED;
import static io.clickstream.etl.parse.ParsedRecord.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.Limits;
import io.clickstream.testing.TestSpark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ParseRecordsTest {

  private static final String HOUR = "2026/11/22/13/";

  /** Returns the key of an object under the hour of {@link #HOUR}. */
  private static String key(String name) {
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return HOUR + "event-" + id + ".json";
  }

  private static Row record(String name, byte[] body, long length) {
    return RawRow.RECORD.row(key(name), LAST_MODIFIED, body, length);
  }

  private static Row record(String name, byte[] body) {
    return record(name, body, body.length);
  }

  private static Row object(String key, String outcome, int records, String detail) {
    return RawRow.OBJECT.row(key, outcome, records, detail);
  }

  private static Dataset<Row> parsed(List<Row> raw, int scale) {
    return new ParseRecords(new ParseRules(scale))
        .apply(TestSpark.dataset(raw, RawRow.ALL.sparkSchema()));
  }

  private static List<Row> parse(Row... raw) {
    return parsed(Arrays.asList(raw), 0).collectAsList();
  }

  private static <T> T get(Row row, String column) {
    return row.getAs(ParsedRow.ALL.columns().indexOf(column));
  }

  @Test
  void theOutputHasTheColumnsOfTheContract() {
    assertThat(parsed(List.of(), 0).schema()).isEqualTo(ParsedRow.ALL.sparkSchema());
    assertThat(Columns.PARSED_EVENT.names().subList(0, 16))
        .containsExactly(
            "event_id",
            "event_timestamp",
            "event_name",
            "user_id",
            "user_login_state",
            "identity_source",
            "client_id",
            "session_id",
            "is_first_visit",
            "context_product_id",
            "context_product_name",
            "context_product_category",
            "context_product_brand",
            "context_product_url_path",
            "context_product_price",
            "context_product_discount_price");
  }

  @Test
  void aRecordBecomesAnEventRow() {
    Row row =
        parse(record("k", bytes("{'eventId':'undefined','clientId':'c','product':{'price':1.5}}")))
            .get(0);
    assertThat(row.getString(0)).isEqualTo("event");
    assertThat(ParseRecordsTest.<String>get(row, "visitor_id")).isEqualTo("c:c");
    assertThat(ParseRecordsTest.<String>get(row, "raw_object_key")).isEqualTo(key("k"));
    assertThat(ParseRecordsTest.<Long>get(row, "context_product_price")).isEqualTo(2L);
    assertThat(ParseRecordsTest.<Long>get(row, "event_timestamp"))
        .isEqualTo(ParsedRecord.micros("2026-11-22T13:05:08Z"));
    assertThat(ParseRecordsTest.<String>get(row, "coerced_fields")).isEqualTo("event_id");
    assertThat(ParseRecordsTest.<String>get(row, "rejected_object_key")).isNull();
    assertThat(ParseRecordsTest.<String>get(row, "object_object_key")).isNull();
  }

  @Test
  void aRejectedRecordHasItsReasonAndItsBytes() {
    byte[] body = {'{', (byte) 0xFF, '}'};
    Row row = parse(record("k", body)).get(0);
    assertThat(row.getString(0)).isEqualTo("rejected");
    assertThat(ParseRecordsTest.<String>get(row, "rejected_object_key")).isEqualTo(key("k"));
    assertThat(ParseRecordsTest.<String>get(row, "rejected_reason")).isEqualTo("invalid_utf8");
    assertThat(ParseRecordsTest.<String>get(row, "rejected_detail"))
        .isEqualTo("not UTF-8 at byte 2");
    assertThat(ParseRecordsTest.<byte[]>get(row, "rejected_body")).isEqualTo(body);
    assertThat(ParseRecordsTest.<String>get(row, "event_id")).isNull();
  }

  @Test
  void aRejectedRecordHasItsFirst64Kibibytes() {
    byte[] fits = "x".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
    byte[] longer = ("x".repeat(64 << 10) + "y").getBytes(StandardCharsets.UTF_8);
    for (Row row : parse(record("a", fits), record("b", longer))) {
      assertThat(ParseRecordsTest.<byte[]>get(row, "rejected_body")).isEqualTo(fits);
    }
  }

  @Test
  void objectRowsArePassedOn() {
    Row row = parse(object("k", "unreadable", 0, "no access")).get(0);
    assertThat(row.getString(0)).isEqualTo("object");
    assertThat(ParseRecordsTest.<String>get(row, "object_object_key")).isEqualTo("k");
    assertThat(ParseRecordsTest.<String>get(row, "object_outcome")).isEqualTo("unreadable");
    assertThat(ParseRecordsTest.<Integer>get(row, "object_records")).isZero();
    assertThat(ParseRecordsTest.<String>get(row, "object_detail")).isEqualTo("no access");
  }

  @Test
  void tasksUseThePriceScale() {
    Row row =
        parsed(List.of(record("k", bytes("{'product':{'price':1.005}}"))), 2)
            .collectAsList()
            .get(0);
    assertThat(ParseRecordsTest.<Long>get(row, "context_product_price")).isEqualTo(101L);
  }

  @Test
  void eachInvalidRecordIsAnEventOrRejectedAndNoneFailsTheRun() {
    Map<String, byte[]> garbage = new LinkedHashMap<>();
    Map<String, String> expected = new TreeMap<>();
    garbage.put("empty", new byte[0]);
    expected.put("empty", "empty");
    garbage.put("blank", bytes(" \n"));
    expected.put("blank", "empty");
    garbage.put("truncated", bytes("{'eventId':'a','eventNa"));
    expected.put("truncated", "invalid_json");
    garbage.put("two values", bytes("{'a':1}{'b':2}"));
    expected.put("two values", "trailing_content");
    garbage.put("trailing junk", bytes("{'a':1}junk"));
    expected.put("trailing junk", "trailing_content");
    garbage.put("single quotes", "{'a':1}".getBytes(StandardCharsets.UTF_8));
    expected.put("single quotes", "invalid_json");
    garbage.put("array", bytes("[{'a':1}]"));
    expected.put("array", "not_an_object");
    garbage.put("number", bytes("7"));
    expected.put("number", "not_an_object");
    garbage.put("empty object", bytes("{}"));
    expected.put("empty object", "empty_object");
    garbage.put("latin 1", "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    expected.put("latin 1", "invalid_utf8");
    garbage.put("utf 16", "{\"a\":1}".getBytes(StandardCharsets.UTF_16));
    expected.put("utf 16", "invalid_utf8");
    garbage.put("one mark", bytes("\uFEFF{'a':1}"));
    expected.put("one mark", "event");
    garbage.put("two marks", bytes("\uFEFF\uFEFF{'a':1}"));
    expected.put("two marks", "invalid_json");
    garbage.put("10,000 levels", bytes("{'a':".repeat(9_999) + "{}" + "}".repeat(9_999)));
    expected.put("10,000 levels", "too_deep");
    garbage.put("raw NUL", bytes("{'a':'\u0000'}"));
    expected.put("raw NUL", "invalid_json");
    garbage.put("escaped NUL", bytes("{'a':'\\u0000'}"));
    expected.put("escaped NUL", "event");
    garbage.put("only NUL", new byte[100]);
    expected.put("only NUL", "invalid_json");
    garbage.put("lone surrogate", bytes("{'a':'\\ud800'}"));
    expected.put("lone surrogate", "event");
    garbage.put("duplicate names", bytes("{'a':1,'a':2}"));
    expected.put("duplicate names", "event");
    garbage.put("price abc", bytes("{'product':{'price':'abc'}}"));
    expected.put("price abc", "event");
    garbage.put("price 1e400", bytes("{'product':{'price':1e400}}"));
    expected.put("price 1e400", "event");
    garbage.put("price 1e9999999", bytes("{'product':{'price':1e9999999}}"));
    expected.put("price 1e9999999", "event");
    garbage.put("long client", bytes("{'clientId':'" + "c".repeat(10 << 10) + "'}"));
    expected.put("long client", "event");
    garbage.put("blank id", bytes("{'eventId':' ','clientId':''}"));
    expected.put("blank id", "event");
    garbage.put("undefined id", bytes("{'eventId':'undefined','clientId':'undefined'}"));
    expected.put("undefined id", "event");
    garbage.put("yesterday", bytes("{'_ingest':{'receivedAt':'yesterday'}}"));
    expected.put("yesterday", "event");
    garbage.put("half past twelve", bytes("{'_ingest':{'receivedAt':'12:30'}}"));
    expected.put("half past twelve", "event");
    garbage.put("second 60", bytes("{'_ingest':{'receivedAt':'2026-11-22T13:59:60Z'}}"));
    expected.put("second 60", "event");
    garbage.put("year 9999", bytes("{'_ingest':{'receivedAt':'9999-01-01T00:00:00Z'}}"));
    expected.put("year 9999", "event");

    List<Row> raw = new ArrayList<>();
    garbage.forEach((name, body) -> raw.add(record(name, body)));
    raw.add(record("5 MB", new byte[Limits.REJECT_BODY_BYTES], 5_000_000));
    expected.put("5 MB", "too_large");

    Map<String, String> outcomes = new TreeMap<>();
    for (Row row : parsed(raw, 0).collectAsList()) {
      boolean event = row.getString(0).equals("event");
      String key = get(row, event ? "raw_object_key" : "rejected_object_key");
      outcomes.put(key, event ? "event" : get(row, "rejected_reason"));
    }
    Map<String, String> expectedOfKeys = new TreeMap<>();
    expected.forEach((name, outcome) -> expectedOfKeys.put(key(name), outcome));
    assertThat(outcomes).isEqualTo(expectedOfKeys);
  }

  @Test
  void unusableFieldsAreNamed() {
    List<Row> rows =
        parse(
            record("a", bytes("{'product':{'price':'abc'},'clientId':'undefined'}")),
            record("b", bytes("{'_ingest':{'receivedAt':'yesterday'}}")),
            record("c", bytes("{'clientId':'c'}")));
    Map<String, String> coerced = new HashMap<>();
    rows.forEach(row -> coerced.put(get(row, "raw_object_key"), get(row, "coerced_fields")));
    assertThat(coerced)
        .containsOnly(
            entry(key("a"), "client_id,context_product_price"),
            entry(key("b"), "_ingest.receivedAt"),
            entry(key("c"), null));
  }
}
