package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.Element.Datum;
import io.clickstream.simulator.Order.Line;

/**
 * Writes an event as the body of the tracker's POST. A few visitors run a tracker of the first
 * generation, which sends snake_case names, no client times, and orders as data attributes. The
 * shop's back end sends an order and nothing else.
 */
final class TrackerPayload {

  private static final String TRACKER_VERSION = "1.4.0";
  private static final String LOGGED_IN = "logged_in";
  private static final String IDENTITY_SOURCE = "cognito";
  private static final String ON_REQUEST = "Liên hệ";
  private static final int TYPICAL_LENGTH = 1_024;

  private TrackerPayload() {}

  static String of(TrackedEvent event) {
    StringBuilder out = new StringBuilder(TYPICAL_LENGTH);
    JsonText json = new JsonText(out).open('{');
    if (event.visitor().isBackEnd()) {
      backEnd(json, event);
    } else if (event.visitor().olderClient()) {
      older(json, event);
    } else {
      current(json, event);
    }
    json.close('}');
    return out.toString();
  }

  private static void current(JsonText json, TrackedEvent event) {
    Visitor visitor = event.visitor();
    long skew = visitor.clockSkewMillis();
    if (event.eventId() != null) {
      json.text("eventId", event.eventId().toString());
    }
    json.text("eventName", event.name());
    json.time("clientTimestamp", event.occurredAt() + skew);
    json.time("sentAt", event.sentAt() + skew);
    json.text("clientId", visitor.clientId());
    json.text("sessionId", event.sessionId());
    json.bool("isFirstVisit", event.firstVisit());
    json.text("userId", event.userId());
    json.text("userLoginState", loginState(event));
    if (event.userId() != null) {
      json.text("identity_source", IDENTITY_SOURCE);
    }
    page(json, event);
    json.text("language", visitor.language());
    json.text("timezone", "Asia/Ho_Chi_Minh");
    json.name("viewport").open('{');
    json.number("width", visitor.browser().viewportWidth());
    json.number("height", visitor.browser().viewportHeight());
    json.close('}');
    json.text("trackerVersion", TRACKER_VERSION);
    if (event.product() != null) {
      json.name("product");
      product(json, event.product(), event.name());
    }
    element(json, event.element());
    order(json, event.order());
    json.members(event.more());
  }

  /** The shop knows the visitor and the order, but no page, tab or browser. */
  private static void backEnd(JsonText json, TrackedEvent event) {
    json.text("eventId", event.eventId().toString());
    json.text("eventName", event.name());
    json.time("clientTimestamp", event.occurredAt());
    json.time("sentAt", event.sentAt());
    json.text("clientId", event.visitor().clientId());
    json.text("userId", event.userId());
    order(json, event.order());
  }

  private static void older(JsonText json, TrackedEvent event) {
    Visitor visitor = event.visitor();
    json.text("event_name", event.name());
    if (event.eventId() != null) {
      json.text("event_id", event.eventId().toString());
    }
    json.text("client_id", visitor.clientId());
    json.text("session_id", event.sessionId());
    json.text("is_first_visit", String.valueOf(event.firstVisit()));
    if (event.userId() != null) {
      json.text("user_id", event.userId());
      json.text("identity_source", IDENTITY_SOURCE);
    }
    json.text("user_login_state", loginState(event));
    page(json, event);
    if (event.product() != null) {
      json.name("context_product");
      product(json, event.product(), event.name());
    }
    if (event.order() == null) {
      element(json, event.element());
    } else {
      element(json, dataAttributes(event.order()));
    }
    json.members(event.more());
  }

  private static void page(JsonText json, TrackedEvent event) {
    json.text("pageUrl", event.pageUrl());
    json.text("pageTitle", event.pageTitle());
    json.text("referrer", event.referrer());
  }

  private static String loginState(TrackedEvent event) {
    return event.userId() != null ? LOGGED_IN : event.visitor().guestState();
  }

  private static void product(JsonText json, Product product, String eventName) {
    json.open('{');
    json.text("id", product.id());
    json.text("name", product.name());
    category(json, product);
    brand(json, product, eventName);
    if (product.purchasable()) {
      json.number("price", product.price());
      if (product.discountPrice() > 0) {
        json.number("discountPrice", product.discountPrice());
      }
    } else {
      json.text("price", ON_REQUEST);
    }
    json.text("urlPath", product.page().path());
    json.close('}');
  }

  private static void category(JsonText json, Product product) {
    String name = product.category().name();
    if (product.category().slug().equals("ram")) {
      // A product with two categories has a list; the first one counts.
      json.name("category").open('[').next().quoted(name);
      json.next().quoted("Linh kiện máy tính");
      json.close(']');
    } else {
      json.text("category", name);
    }
  }

  /** Pages of the shop send the brand in different forms. */
  private static void brand(JsonText json, Product product, String eventName) {
    switch (eventName) {
      case EventNames.PRODUCT_VIEW -> json.text("brandName", product.brand());
      case EventNames.WISHLIST_TOGGLE ->
          json.name("brand").open('{').text("name", product.brand()).close('}');
      case EventNames.SHARE_CLICK ->
          json.name("brand").open('{').text("title", product.brand()).close('}');
      case EventNames.REMOVE_FROM_CART_CLICK ->
          json.name("brandId").open('{').text("name", product.brand()).close('}');
      default -> json.text("brand", product.brand());
    }
  }

  private static void element(JsonText json, Element element) {
    if (element == null) {
      return;
    }
    json.name("element").open('{');
    json.text("tag", element.tag());
    json.text("id", element.id());
    json.text("role", element.role());
    json.text("text", element.text());
    json.name("dataset").open('{');
    for (Datum datum : element.dataset()) {
      json.text(datum.name(), datum.value());
    }
    json.close('}').close('}');
  }

  private static void order(JsonText json, Order order) {
    if (order == null) {
      return;
    }
    json.name("order").open('{');
    json.text("id", order.id());
    if (order.value() != null) {
      json.number("value", order.value());
    }
    json.text("currency", "VND");
    json.name("items").open('[');
    for (Line line : order.lines()) {
      Product product = line.product();
      json.next().open('{');
      json.text("productId", product.id());
      json.text("name", product.name());
      json.text("category", product.category().name());
      json.text("brand", product.brand());
      json.number("quantity", line.quantity());
      json.number("price", product.price());
      if (product.discountPrice() > 0) {
        json.number("discountPrice", product.discountPrice());
      }
      json.close('}');
    }
    json.close(']').close('}');
  }

  private static Element dataAttributes(Order order) {
    return Element.of(
        "MAIN",
        "order-success",
        null,
        "Đặt hàng thành công",
        new Datum("orderId", order.id()),
        new Datum("total", String.valueOf(order.value())),
        new Datum("cartId", order.cartId()),
        new Datum("itemCount", String.valueOf(Order.pieces(order.lines()))));
  }
}
