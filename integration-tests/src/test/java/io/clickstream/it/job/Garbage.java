package io.clickstream.it.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records that real buckets hold besides valid events. */
final class Garbage {

  private Garbage() {}

  /** Returns records by the name of their fault. */
  static Map<String, byte[]> records() {
    Map<String, byte[]> records = new LinkedHashMap<>();
    put(records, "empty", "");
    put(records, "blank", " \n\t ");
    put(records, "truncated", "{\"eventName\":\"page_view\",\"clientId\":\"c");
    put(records, "two values", "{\"eventName\":\"a\"}{\"eventName\":\"b\"}");
    put(records, "trailing junk", "{\"eventName\":\"a\"} junk");
    put(records, "single quotes", "{'eventName':'page_view'}");
    put(records, "array", "[{\"eventName\":\"page_view\"}]");
    put(records, "number", "42");
    put(records, "text", "\"page_view\"");
    put(records, "null", "null");
    put(records, "empty object", "{}");
    records.put(
        "not UTF-8",
        concat("{\"eventName\":\"caf".getBytes(), new byte[] {(byte) 0xE9}, "\"}".getBytes()));
    records.put(
        "encoded surrogate",
        concat(
            "{\"eventName\":\"".getBytes(),
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            "\"}".getBytes()));
    records.put("UTF-16", "{\"eventName\":\"page_view\"}".getBytes(StandardCharsets.UTF_16));
    put(records, "two BOMs", "\uFEFF\uFEFF{\"eventName\":\"page_view\"}");
    put(records, "5 MB", "{\"eventName\":\"" + "x".repeat(5_000_000) + "\"}");
    put(records, "10,000 levels", "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
    put(records, "raw NUL", "{\"eventName\":\"a\u0000b\"}");
    put(records, "NaN", "{\"eventName\":\"a\",\"x\":NaN}");
    put(records, "comment", "{\"eventName\":\"a\"/* b */}");
    // From here on: events, with something odd in them.
    put(records, "BOM", "\uFEFF{\"eventName\":\"bom\"}");
    put(records, "escaped NUL", "{\"eventName\":\"nul\\u0000ed\",\"x\\u0000y\":\"a\\u0000\"}");
    put(records, "lone surrogates", "{\"eventName\":\"\\ud83d\",\"x\":\"\\udc00\\ud800\"}");
    put(records, "duplicate names", "{\"eventName\":\"first\",\"eventName\":\"last\"}");
    put(
        records,
        "price text",
        "{\"eventName\":\"p\",\"product\":{\"id\":\"1\",\"price\":\"abc\"}}");
    put(records, "price 1e400", "{\"eventName\":\"p\",\"product\":{\"price\":1e400},\"x\":1e400}");
    put(
        records,
        "price 1e9999999",
        "{\"eventName\":\"p\",\"product\":{\"price\":1e9999999},\"x\":[1e9999999]}");
    put(records, "long number", "{\"eventName\":\"p\",\"x\":" + "9".repeat(5_000) + "}");
    put(
        records,
        "10 KB client id",
        "{\"eventName\":\"c\",\"clientId\":\"" + "c".repeat(10_240) + "\"}");
    put(
        records,
        "blank ids",
        "{\"eventName\":\"i\",\"clientId\":\" \",\"userId\":\"\",\"eventId\":\"\\t\"}");
    put(
        records,
        "undefined ids",
        "{\"eventName\":\"i\",\"clientId\":\"undefined\",\"userId\":\"null\",\"sessionId\":\"[object Object]\",\"eventId\":\"undefined\"}");
    put(
        records,
        "ids of other types",
        "{\"eventName\":1,\"clientId\":2.50,\"userId\":{},\"sessionId\":[],\"isFirstVisit\":\"maybe\"}");
    put(
        records,
        "date yesterday",
        "{\"eventName\":\"t\",\"_ingest\":{\"receivedAt\":\"yesterday\"},\"event_timestamp\":\"2026-11-21T12:00:01Z\"}");
    put(records, "time only", "{\"eventName\":\"t\",\"_ingest\":{\"receivedAt\":\"12:30\"}}");
    put(
        records,
        "second 60",
        "{\"eventName\":\"t\",\"_ingest\":{\"receivedAt\":\"2026-11-21T12:59:60Z\"}}");
    put(
        records,
        "year 9999",
        "{\"eventName\":\"t\",\"_ingest\":{\"receivedAt\":\"9999-01-01T00:00:00Z\"}}");
    put(
        records,
        "blocks of other types",
        "{\"product\":1,\"order\":[],\"element\":\"x\",\"_ingest\":null}");
    put(records, "64 levels", "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}");
    return records;
  }

  /** Returns the reason of rejection of each record that is not an event. */
  static Map<String, String> rejections() {
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("empty", "empty");
    reasons.put("blank", "empty");
    reasons.put("truncated", "invalid_json");
    reasons.put("two values", "trailing_content");
    reasons.put("trailing junk", "trailing_content");
    reasons.put("single quotes", "invalid_json");
    reasons.put("array", "not_an_object");
    reasons.put("number", "not_an_object");
    reasons.put("text", "not_an_object");
    reasons.put("null", "not_an_object");
    reasons.put("empty object", "empty_object");
    reasons.put("not UTF-8", "invalid_utf8");
    reasons.put("encoded surrogate", "invalid_utf8");
    reasons.put("UTF-16", "invalid_utf8");
    reasons.put("two BOMs", "invalid_json");
    reasons.put("5 MB", "too_large");
    reasons.put("10,000 levels", "too_deep");
    reasons.put("raw NUL", "invalid_json");
    reasons.put("NaN", "invalid_json");
    reasons.put("comment", "invalid_json");
    return reasons;
  }

  private static void put(Map<String, byte[]> records, String name, String body) {
    records.put(name, body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
