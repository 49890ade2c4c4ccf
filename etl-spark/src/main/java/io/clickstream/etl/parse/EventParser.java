package io.clickstream.etl.parse;

import static io.clickstream.etl.schema.Columns.STAGED_EVENT;

import io.clickstream.etl.parse.JsonTree.NumberLiteral;
import io.clickstream.event.EventNames;
import io.clickstream.event.Identity;
import io.clickstream.event.Limits;
import io.clickstream.event.NameBasedUuid;
import io.clickstream.event.PageUrl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One record to one event: pure, so the same bytes under the same key give the same row for ever. A
 * value that can't be used becomes NULL and is named in {@code coerced_fields}; it never costs the
 * event. Keeps buffers between records; not thread-safe.
 */
final class EventParser {

  private static final int UUID_LENGTH = 36;

  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}");

  private static final long QUEUE_TIME_MICROS =
      TimeUnit.SECONDS.toMicros(Limits.QUEUE_TIME.toSeconds());

  /** Top-level names that a column takes, whether or not its value can be used. */
  private static final Set<String> MAPPED =
      Set.of(
          "_ingest",
          "eventId",
          "event_id",
          "eventName",
          "event_name",
          "eventTimestamp",
          "event_timestamp",
          "userId",
          "user_id",
          "userLoginState",
          "user_login_state",
          "identitySource",
          "identity_source",
          "clientId",
          "client_id",
          "sessionId",
          "session_id",
          "isFirstVisit",
          "is_first_visit",
          "pageUrl",
          "page_url",
          "pageTitle",
          "page_title",
          "referrer",
          "element",
          "context_product_id",
          "context_product_name",
          "context_product_category",
          "context_product_brand",
          "context_product_url_path",
          "context_product_price",
          "context_product_discount_price",
          "product_brand");

  private static final Set<String> MAPPED_IN_PRODUCT =
      Set.of(
          "id",
          "name",
          "category",
          "brandName",
          "brand",
          "brandId",
          "product_brand",
          "urlPath",
          "url_path",
          "price",
          "discountPrice",
          "discount_price");

  private static final Set<String> MAPPED_IN_ITEM =
      Set.of(
          "productId",
          "product_id",
          "name",
          "category",
          "brandName",
          "brand",
          "brandId",
          "product_brand",
          "quantity",
          "price",
          "discountPrice");

  private static final Set<String> MAPPED_IN_ORDER = Set.of("id", "value", "currency", "items");

  private static final List<String> UTM_PARAMETERS =
      List.of("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content");

  /** Stands for "columns took it all", which JSON's null does not. */
  private static final Object NOTHING = new Object();

  private static final Map<String, Integer> POSITIONS = positions();

  private final ParseRules rules;
  private final RecordReader reader = new RecordReader();
  private final UserAgents userAgents = new UserAgents();

  EventParser(ParseRules rules) {
    this.rules = rules;
  }

  private static Map<String, Integer> positions() {
    Map<String, Integer> positions = new HashMap<>();
    for (String name : STAGED_EVENT.names()) {
      positions.put(name, positions.size());
    }
    return positions;
  }

  /**
   * Parses a record.
   *
   * @param recordKey path below the raw root, {@code #line} for a line of a batch object
   * @param lastModifiedMicros the object's last modification, the last resort for the event's time
   * @param body the record's first bytes: all of them, unless it is too large
   * @param length the record's full length in bytes
   * @return the values of {@code STAGED_EVENT}
   */
  Object[] parse(String recordKey, long lastModifiedMicros, byte[] body, long length)
      throws RejectedRecordException {
    Map<String, Object> payload = reader.read(body, length);
    return new Reading(payload).event(recordKey, lastModifiedMicros);
  }

  /** One record being read: collects the row and what was coerced. */
  private final class Reading {

    private final Map<String, Object> payload;
    private final Object[] row = new Object[STAGED_EVENT.all().size()];
    private final Set<String> coerced = new TreeSet<>();

    Reading(Map<String, Object> payload) {
      this.payload = payload;
    }

    Object[] event(String recordKey, long lastModifiedMicros) {
      Map<String, Object> ingest = block("_ingest");
      Map<String, Object> product = block("product");
      Map<String, Object> contextProduct = block("context_product");
      Map<String, Object> order = block("order");
      Map<String, Object> element = block("element");
      Map<String, Object> dataset = childBlock(element, "dataset");

      String eventId = eventId(recordKey);
      set("event_id", eventId);
      long receivedAt = eventTimestamp(ingest, lastModifiedMicros);
      set("event_timestamp", receivedAt);
      String eventName = text("event_name", payload, "eventName", "event_name");
      set("event_name", eventName == null ? EventNames.UNKNOWN : eventName);
      String userId = identity("user_id", payload, "userId", "user_id");
      set("user_id", userId);
      String loginState = text("user_login_state", payload, "userLoginState", "user_login_state");
      set("user_login_state", "anonymous".equals(loginState) ? "guest" : loginState);
      set("identity_source", text("identity_source", payload, "identitySource", "identity_source"));
      String clientId = identity("client_id", payload, "clientId", "client_id");
      set("client_id", clientId);
      String sessionId = identity("session_id", payload, "sessionId", "session_id");
      set("session_id", sessionId);
      set("is_first_visit", firstVisit());
      setProduct(product, contextProduct);
      set("occurred_at", occurredAt(receivedAt));
      set("visitor_id", visitorId(clientId, userId, sessionId, eventId));
      set("raw_object_key", recordKey);
      setPage();
      setUserAgent(ingest);
      set("element", element.isEmpty() ? null : JsonText.of(element));
      setOrder(order, dataset);
      set("properties", properties());
      set("coerced_fields", coerced.isEmpty() ? null : String.join(",", coerced));
      return row;
    }

    private void set(String column, Object value) {
      row[POSITIONS.get(column)] = value;
    }

    // ── ids and times ────────────────────────────────────────────────────────────────────────

    private String eventId(String recordKey) {
      for (String name : List.of("eventId", "event_id")) {
        String id = usableIdentity("event_id", payload.get(name));
        if (id != null) {
          return isUuid(id)
              ? id.toLowerCase(Locale.ROOT)
              : NameBasedUuid.of(NameBasedUuid.EVENT_ID, id).toString();
        }
      }
      return NameBasedUuid.of(NameBasedUuid.OBJECT_KEY, recordKey).toString();
    }

    /** Groups of 8, 4, 4, 4 and 12 hexadecimal digits. */
    private static boolean isUuid(String id) {
      if (id.length() != UUID_LENGTH) {
        return false;
      }
      for (int i = 0; i < UUID_LENGTH; i++) {
        char c = id.charAt(i);
        boolean fits =
            i == 8 || i == 13 || i == 18 || i == 23 ? c == '-' : c < 128 && HexFormat.isHexDigit(c);
        if (!fits) {
          return false;
        }
      }
      return true;
    }

    private long eventTimestamp(Map<String, Object> ingest, long lastModifiedMicros) {
      OptionalLong micros = timestamp("_ingest.receivedAt", ingest.get("receivedAt"));
      for (String name : List.of("event_timestamp", "eventTimestamp")) {
        if (micros.isEmpty()) {
          micros = timestamp("event_timestamp", payload.get(name));
        }
      }
      return micros.orElseGet(() -> Math.floorDiv(lastModifiedMicros, 1_000_000L) * 1_000_000L);
    }

    private long occurredAt(long receivedAt) {
      OptionalLong sentAt = timestamp("sent_at", payload.get("sentAt"));
      OptionalLong clientTimestamp = timestamp("client_timestamp", payload.get("clientTimestamp"));
      if (sentAt.isEmpty() || clientTimestamp.isEmpty()) {
        return receivedAt;
      }
      long queued = sentAt.getAsLong() - clientTimestamp.getAsLong();
      return queued >= 0 && queued <= QUEUE_TIME_MICROS ? receivedAt - queued : receivedAt;
    }

    private OptionalLong timestamp(String field, Object value) {
      String text = scalar(field, value);
      if (text == null) {
        return OptionalLong.empty();
      }
      OptionalLong micros = Timestamps.micros(text);
      if (micros.isEmpty()) {
        coerced.add(field);
      }
      return micros;
    }

    private static String visitorId(
        String clientId, String userId, String sessionId, String eventId) {
      if (clientId != null) {
        return "c:" + clientId;
      }
      if (userId != null) {
        return "u:" + userId;
      }
      return sessionId != null ? "s:" + sessionId : "e:" + eventId;
    }

    private Boolean firstVisit() {
      for (String name : List.of("isFirstVisit", "is_first_visit")) {
        String text = scalar("is_first_visit", payload.get(name));
        if ("true".equals(text) || "false".equals(text)) {
          return Boolean.valueOf(text);
        }
        if (text != null) {
          coerced.add("is_first_visit");
        }
      }
      return null;
    }

    // ── product ──────────────────────────────────────────────────────────────────────────────

    private void setProduct(Map<String, Object> product, Map<String, Object> contextProduct) {
      List<Map<String, Object>> sources = List.of(product, contextProduct);
      set("context_product_id", productId(sources));
      set("context_product_name", productText(sources, "name", "name"));
      set("context_product_category", category(sources));
      set("context_product_brand", brand(sources));
      set("context_product_url_path", productText(sources, "url_path", "urlPath", "url_path"));
      set("context_product_price", productPrice(sources, "price", "price"));
      set(
          "context_product_discount_price",
          productPrice(sources, "discount_price", "discountPrice", "discount_price"));
    }

    private String productId(List<Map<String, Object>> sources) {
      String field = "context_product_id";
      for (Map<String, Object> source : sources) {
        String id = id(field, source, "id");
        if (id != null) {
          return id;
        }
      }
      return id(field, payload, field);
    }

    private String productText(List<Map<String, Object>> sources, String column, String... names) {
      String field = "context_product_" + column;
      for (Map<String, Object> source : sources) {
        String text = text(field, source, names);
        if (text != null) {
          return text;
        }
      }
      return text(field, payload, field);
    }

    private Long productPrice(List<Map<String, Object>> sources, String column, String... names) {
      String field = "context_product_" + column;
      for (Map<String, Object> source : sources) {
        for (String name : names) {
          Long price = price(field, source.get(name));
          if (price != null) {
            return price;
          }
        }
      }
      return price(field, payload.get(field));
    }

    private String category(List<Map<String, Object>> sources) {
      String field = "context_product_category";
      for (Map<String, Object> source : sources) {
        String category = firstText(field, source.get("category"));
        if (category != null) {
          return category;
        }
      }
      return firstText(field, payload.get(field));
    }

    private String firstText(String field, Object value) {
      if (!(value instanceof List<?> items)) {
        return cut(scalar(field, value));
      }
      for (Object item : items) {
        if (item instanceof String text && Text.clean(text) != null) {
          return cut(Text.clean(text));
        }
      }
      if (!items.isEmpty()) {
        coerced.add(field);
      }
      return null;
    }

    private String brand(List<Map<String, Object>> sources) {
      String field = "context_product_brand";
      for (Map<String, Object> source : sources) {
        String brand = brandIn(field, source);
        if (brand != null) {
          return brand;
        }
      }
      String brand = text(field, payload, field);
      return brand != null ? brand : text(field, payload, "product_brand");
    }

    private String brandIn(String field, Map<String, Object> source) {
      String brand = text(field, source, "brandName");
      if (brand != null) {
        return brand;
      }
      if (source.get("brand") instanceof Map<?, ?> named) {
        brand = text(field, objectOf(named), "name", "title");
      }
      if (brand == null && source.get("brandId") instanceof Map<?, ?> named) {
        brand = text(field, objectOf(named), "name");
      }
      if (brand == null && !(source.get("brand") instanceof Map<?, ?>)) {
        brand = text(field, source, "brand");
      }
      return brand != null ? brand : text(field, source, "product_brand");
    }

    // ── page, device, order ──────────────────────────────────────────────────────────────────

    private void setPage() {
      String pageUrl = text("page_url", payload, "pageUrl", "page_url");
      set("page_url", pageUrl);
      if (pageUrl != null) {
        PageUrl page = PageUrl.parse(pageUrl);
        set("page_path", page.path());
        for (String parameter : UTM_PARAMETERS) {
          set(parameter, cleanParameter(page.query().get(parameter)));
        }
        for (String parameter : PageUrl.CLICK_ID_PARAMETERS) {
          String clickId = cleanParameter(page.query().get(parameter));
          if (clickId != null) {
            set("click_id", clickId);
            set("click_id_type", parameter);
            break;
          }
        }
      }
      set("page_title", text("page_title", payload, "pageTitle", "page_title"));
      String referrer = text("referrer", payload, "referrer");
      set("referrer", referrer);
      set("referrer_host", referrer == null ? null : PageUrl.parse(referrer).host());
    }

    private static String cleanParameter(String value) {
      return value == null ? null : cut(Text.clean(value));
    }

    private void setUserAgent(Map<String, Object> ingest) {
      String userAgent = text("user_agent", ingest, "userAgent");
      set("user_agent", userAgent);
      if (userAgent == null) {
        set("is_bot", false);
        return;
      }
      UserAgents.Device device = userAgents.of(userAgent);
      set("is_bot", device.isBot());
      set("device_category", device.deviceCategory());
    }

    private void setOrder(Map<String, Object> order, Map<String, Object> dataset) {
      String orderId = identity("order_id", order, "id");
      set(
          "order_id",
          orderId != null ? orderId : identity("order_id", dataset, "orderId", "orderNumber"));
      Long value = price("order_value", order.get("value"));
      set("order_value_minor", value != null ? value : price("order_value", dataset.get("total")));
      String currency = text("currency", order, "currency");
      if (currency != null) {
        currency = currency.toUpperCase(Locale.ROOT);
        if (!CURRENCY.matcher(currency).matches()) {
          coerced.add("currency");
          currency = null;
        }
      }
      set("currency", currency);
      set("order_items", orderItems(order.get("items")));
    }

    private String orderItems(Object items) {
      if (!(items instanceof List<?> list)) {
        if (items != null) {
          coerced.add("order_items");
        }
        return null;
      }
      List<Object> lines = new ArrayList<>();
      for (Object item : list) {
        if (item instanceof Map<?, ?> line) {
          lines.add(orderLine(objectOf(line)));
        } else {
          coerced.add("order_items");
        }
      }
      return lines.isEmpty() ? null : JsonText.of(lines);
    }

    private Map<String, Object> orderLine(Map<String, Object> item) {
      Map<String, Object> line = new LinkedHashMap<>();
      String field = "order_items";
      putPresent(line, "product_id", id(field, item, "productId", "product_id"));
      putPresent(line, "name", text(field, item, "name"));
      putPresent(line, "category", firstText(field, item.get("category")));
      putPresent(line, "brand", brandIn(field, item));
      putPresent(line, "quantity", quantity(field, item.get("quantity")));
      putPresent(line, "price_minor", price(field, item.get("price")));
      putPresent(line, "discount_price_minor", price(field, item.get("discountPrice")));
      return line;
    }

    private Integer quantity(String field, Object value) {
      String text = scalar(field, value);
      if (text == null) {
        return null;
      }
      if (!WHOLE_NUMBER.matcher(text).matches()) {
        coerced.add(field);
        return null;
      }
      return Integer.valueOf(text);
    }

    private static void putPresent(Map<String, Object> fields, String name, Object value) {
      if (value != null) {
        fields.put(name, value);
      }
    }

    // ── the rest ─────────────────────────────────────────────────────────────────────────────

    private String properties() {
      Map<String, Object> rest = new LinkedHashMap<>();
      payload.forEach((name, value) -> putUnlessNothing(rest, name, unmapped(name, value)));
      return rest.isEmpty() ? null : JsonText.of(rest);
    }

    private static void putUnlessNothing(Map<String, Object> rest, String name, Object value) {
      if (value != NOTHING) {
        rest.put(name, value);
      }
    }

    /** What no column takes of a top-level field, or {@link #NOTHING}. */
    private static Object unmapped(String name, Object value) {
      return switch (name) {
        case "product", "context_product" -> without(value, MAPPED_IN_PRODUCT);
        case "order" -> without(value, MAPPED_IN_ORDER);
        case "element" -> value == null || value instanceof Map<?, ?> ? NOTHING : value;
        default -> MAPPED.contains(name) ? NOTHING : value;
      };
    }

    /**
     * The block's other fields, and what is left in the nested ones; itself when it is no block.
     */
    private static Object without(Object value, Set<String> mapped) {
      if (!(value instanceof Map<?, ?> block)) {
        return value == null ? NOTHING : value;
      }
      Map<String, Object> rest = new LinkedHashMap<>();
      objectOf(block)
          .forEach(
              (name, field) ->
                  putUnlessNothing(
                      rest, name, mapped.contains(name) ? nested(name, field) : field));
      return rest.isEmpty() ? NOTHING : rest;
    }

    private static Object nested(String name, Object value) {
      if (value instanceof Map<?, ?>) {
        return switch (name) {
          case "brand" -> without(value, Set.of("name", "title"));
          case "brandId" -> without(value, Set.of("name"));
          default -> NOTHING;
        };
      }
      if (!(value instanceof List<?> list)) {
        return NOTHING;
      }
      return switch (name) {
        case "category" -> list.size() > 1 ? list : NOTHING;
        case "items" -> itemsWithout(list);
        default -> NOTHING;
      };
    }

    /** One entry an item, so that they can be told apart. */
    private static Object itemsWithout(List<?> items) {
      List<Object> rest = new ArrayList<>();
      boolean any = false;
      for (Object item : items) {
        Object left = without(item, MAPPED_IN_ITEM);
        any |= left != NOTHING;
        rest.add(left == NOTHING ? null : left);
      }
      return any ? rest : NOTHING;
    }

    // ── reading values ───────────────────────────────────────────────────────────────────────

    private Map<String, Object> block(String name) {
      return childBlock(payload, name);
    }

    private Map<String, Object> childBlock(Map<String, Object> parent, String name) {
      Object value = parent.get(name);
      if (value instanceof Map<?, ?> fields) {
        return objectOf(fields);
      }
      if (value != null) {
        coerced.add(name);
      }
      return Map.of();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> objectOf(Map<?, ?> fields) {
      return (Map<String, Object>) fields;
    }

    /** Clean text of the first name that has any, cut to the limit. */
    private String text(String field, Map<String, Object> source, String... names) {
      for (String name : names) {
        String text = scalar(field, source.get(name));
        if (text != null) {
          return cut(text);
        }
      }
      return null;
    }

    /** The first id that is there; a long one is replaced by its hash. */
    private String id(String field, Map<String, Object> source, String... names) {
      for (String name : names) {
        String id = scalar(field, source.get(name));
        if (id != null) {
          return Text.boundedId(id);
        }
      }
      return null;
    }

    private String identity(String field, Map<String, Object> source, String... names) {
      for (String name : names) {
        String identity = usableIdentity(field, source.get(name));
        if (identity != null) {
          return Text.boundedId(identity);
        }
      }
      return null;
    }

    private String usableIdentity(String field, Object value) {
      String text = scalar(field, value);
      if (text != null && Identity.isAbsent(text)) {
        coerced.add(field);
        return null;
      }
      return text;
    }

    private Long price(String field, Object value) {
      String text = scalar(field, value);
      if (text == null) {
        return null;
      }
      Long minor = Decimals.minorUnits(text, rules.priceScale());
      if (minor == null) {
        coerced.add(field);
      }
      return minor;
    }

    /** Clean text, the literal of a number or boolean, or null; an object or array is coerced. */
    private String scalar(String field, Object value) {
      if (value == null) {
        return null;
      }
      if (value instanceof String text) {
        return Text.clean(text);
      }
      if (value instanceof NumberLiteral number) {
        return number.text();
      }
      if (value instanceof Boolean) {
        return value.toString();
      }
      coerced.add(field);
      return null;
    }

    private static String cut(String text) {
      return text == null ? null : Text.cut(text);
    }
  }
}
