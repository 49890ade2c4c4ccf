package io.clickstream.it.promise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The content of a record, before and after it is JSON: a client's event, or text that is not an
 * event. Null means that the field is not sent. Only {@link #with} changes an instance.
 */
final class Sent implements Cloneable {

  /** Values that clients send instead of an absent id. */
  static final String NO_ID = "undefined";

  /** The order block. */
  record Order(String id, Long value, String currency, List<Line> lines) {}

  /**
   * A line of an order.
   *
   * @param quantity a number, or text as some clients send it
   * @param discountPrice likewise
   */
  record Line(String productId, Object quantity, Long price, Object discountPrice) {}

  /** The product block; null where not sent. */
  record Product(String id, String name, String category, String brand) {}

  /** The text of a record that is not an event, and the reason of its rejection. */
  record Broken(String text, String reason) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The clock of a client that only tells how long an event waited. It may be far off. */
  private static final Instant CLIENT_CLOCK = Instant.parse("2031-05-05T05:05:05.050505Z");

  /** May be any text. */
  String eventId;

  /** Null leaves the record to {@link #eventTimestamp}. */
  Instant receivedAt;

  /** If both times are null, the object's last modification counts. */
  Instant eventTimestamp;

  /**
   * Microseconds from the last usable time in an object of its hour to the first of the two times.
   * Null leaves the times as they are.
   */
  Long afterLatest;

  /** Time from {@code clientTimestamp} to {@code sentAt}, in microseconds; may be out of bounds. */
  Long queued;

  /** The event's time by the clock of its tab. Null sends none, unless {@link #queued} is set. */
  Instant tabTime;

  String name;
  String clientId;
  String userId;
  String sessionId;
  Boolean firstVisit;
  String userAgent;

  /** True if the gateway verified a signature of the request. */
  Boolean signed;

  String pageUrl;
  String referrer;
  Product product;
  Order order;

  /** Distinguishes records that are otherwise equal; 0 is not sent. */
  long salt;

  /** Not null for a record that is not an event; such a record has no other field. */
  Broken broken;

  static Sent broken(String text, String reason) {
    return new Sent().with(sent -> sent.broken = new Broken(text, reason));
  }

  /** Returns a changed copy. */
  Sent with(Consumer<Sent> change) {
    try {
      Sent copy = (Sent) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this class is Cloneable", e);
    }
  }

  /** Returns the record with its times as they are in an object of an hour. */
  Sent inHour(Instant hour) {
    if (afterLatest == null) {
      return this;
    }
    Instant time = latest(hour).plus(afterLatest, ChronoUnit.MICROS);
    return with(
        sent -> {
          if (receivedAt == null) {
            sent.eventTimestamp = time;
          } else {
            sent.receivedAt = time;
          }
        });
  }

  /** Returns the last usable time of a payload in an object of an hour. */
  static Instant latest(Instant hour) {
    return hour.plus(25, ChronoUnit.HOURS);
  }

  /** Returns the event's time by the client's clock, or null. */
  Instant clientTimestamp() {
    return tabTime == null && queued != null ? CLIENT_CLOCK : tabTime;
  }

  /** Returns the bytes of the record on one line. */
  byte[] bytes() {
    if (broken != null) {
      return broken.text().getBytes(StandardCharsets.UTF_8);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "eventId", eventId);
    put(fields, "eventName", name);
    put(fields, "clientId", clientId);
    put(fields, "userId", userId);
    put(fields, "sessionId", sessionId);
    put(fields, "isFirstVisit", firstVisit);
    put(fields, "pageUrl", pageUrl);
    put(fields, "referrer", referrer);
    put(fields, "product", product == null ? null : productFields());
    put(fields, "eventTimestamp", eventTimestamp == null ? null : eventTimestamp.toString());
    if (clientTimestamp() != null) {
      fields.put("clientTimestamp", clientTimestamp().toString());
    }
    if (queued != null) {
      fields.put("sentAt", clientTimestamp().plusNanos(queued * 1_000).toString());
    }
    put(fields, "order", order == null ? null : orderFields());
    put(fields, "salt", salt == 0 ? null : salt);
    Map<String, Object> ingest = new LinkedHashMap<>();
    ingest.put("receivedAt", receivedAt == null ? "yesterday" : receivedAt.toString());
    put(ingest, "userAgent", userAgent);
    put(ingest, "signed", signed);
    fields.put("_ingest", ingest);
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of text and numbers are JSON", e);
    }
  }

  private Map<String, Object> productFields() {
    Map<String, Object> block = new LinkedHashMap<>();
    put(block, "id", product.id());
    put(block, "name", product.name());
    put(block, "category", product.category());
    put(block, "brand", product.brand());
    return block;
  }

  private Map<String, Object> orderFields() {
    Map<String, Object> block = new LinkedHashMap<>();
    put(block, "id", order.id());
    put(block, "value", order.value());
    put(block, "currency", order.currency());
    List<Object> items = new ArrayList<>();
    for (Line line : order.lines()) {
      Map<String, Object> item = new LinkedHashMap<>();
      put(item, "productId", line.productId());
      put(item, "quantity", line.quantity());
      put(item, "price", line.price());
      put(item, "discountPrice", line.discountPrice());
      items.add(item);
    }
    block.put("items", items);
    return block;
  }

  private static void put(Map<String, Object> fields, String name, Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }
}
