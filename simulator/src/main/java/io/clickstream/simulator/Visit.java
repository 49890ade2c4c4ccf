package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.Element.Datum;
import io.clickstream.simulator.Order.Line;
import io.clickstream.simulator.Product.Category;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Simulates the visit of one person from the landing page to the last click. A visit has one time
 * line and one or several tabs, each with its own session id. Every pause is shorter than 30
 * minutes.
 *
 * <p>The step of the purchase funnel that the visit reaches is drawn first. The visit then does
 * what that step requires.
 */
final class Visit {

  /** The last step of the purchase funnel that a visit reaches. */
  private enum Goal {
    LOOK,
    CART,
    CHECKOUT_START,
    CHECKOUT_COMPLETE
  }

  private enum Action {
    PRODUCT,
    CATEGORY,
    CLICK,
    CONTENT,
    WISHLIST,
    SHARE,
    HOME,
    LOGIN
  }

  private static final double BOUNCE = 0.30;
  private static final double MEAN_EXTRA_STEPS = 5.5;
  private static final int MAX_STEPS = 60;
  private static final int STEPS_OVER_MIDNIGHT = 10;

  private static final Weighted<Goal> GOALS =
      Weighted.<Goal>choices()
          .add(64.5, Goal.LOOK)
          .add(18, Goal.CART)
          .add(8, Goal.CHECKOUT_START)
          .add(9.5, Goal.CHECKOUT_COMPLETE)
          .build();

  private static final Weighted<Action> ACTIONS =
      Weighted.<Action>choices()
          .add(39, Action.PRODUCT)
          .add(17, Action.CATEGORY)
          .add(18, Action.CLICK)
          .add(8, Action.CONTENT)
          .add(6, Action.WISHLIST)
          .add(3, Action.SHARE)
          .add(4, Action.HOME)
          .add(5, Action.LOGIN)
          .build();

  private static final int MAX_TABS = 4;
  private static final double OPENS_TAB_ON_DESKTOP = 0.22;
  private static final double OPENS_TAB_ELSEWHERE = 0.07;
  private static final double SWITCHES_TAB = 0.35;
  private static final double CLICK_BEFORE_NAVIGATION = 0.40;

  private static final double SECOND_CART_LINE = 0.30;
  private static final double TAKES_TWO = 0.12;
  private static final double REMOVES_FROM_CART = 0.15;
  private static final double LOGS_IN_FOR_CHECKOUT = 0.6;
  private static final double PAYS_AT_GATEWAY = 0.45;
  private static final double RELOADS_THANK_YOU_PAGE = 0.15;
  private static final double BACK_END_REPORTS = 0.20;
  private static final long BACK_END_MIN_MS = 1_500;
  private static final double BACK_END_MEAN_MS = 6_000;
  private static final double RETURNS_A_LINE = 0.05;
  private static final double LOGS_OUT = 0.10;

  private static final long GLANCE_MIN_MS = 900;
  private static final double GLANCE_MEAN_MS = 3_000;
  private static final long READ_MIN_MS = 4_000;
  private static final double READ_MEAN_MS = 26_000;
  private static final double DISTRACTED = 0.025;
  private static final long DISTRACTED_MIN_MS = 2 * 60_000;
  private static final long DISTRACTED_MAX_MS = 26 * 60_000;
  private static final long MAX_PAUSE_MS = 28 * 60_000;

  /** The time between two events of the same page load. */
  private static final long SAME_LOAD_MS = 350;

  private static final String ORDER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final DateTimeFormatter ORDER_DAY =
      DateTimeFormatter.ofPattern("yyMMdd", Locale.ROOT);
  private static final long DAY_MS = 86_400_000;

  /** The state of a browser tab. */
  private static final class Tab {
    final String sessionId;
    String url;
    String title;
    String referrer;
    Product product;

    Tab(String sessionId, String referrer) {
      this.sessionId = sessionId;
      this.referrer = referrer;
    }
  }

  private final Catalogue catalogue;
  private final Visitor visitor;
  private final EventIds eventIds;
  private final boolean firstVisit;
  private final boolean overMidnight;
  private final SeededRandom random;
  private final List<TrackedEvent> events = new ArrayList<>();
  private final List<Tab> tabs = new ArrayList<>();
  private final List<Line> cart = new ArrayList<>();
  private String cartId;
  private Tab tab;
  private long now;
  private boolean loggedIn;
  private boolean sawProduct;

  /**
   * @param start the time of the landing page in epoch milliseconds
   * @param overMidnight true if the visit must last 15 minutes or more
   */
  Visit(
      Catalogue catalogue,
      Visitor visitor,
      boolean firstVisit,
      boolean loggedIn,
      long start,
      boolean overMidnight,
      SeededRandom random) {
    this.catalogue = catalogue;
    this.visitor = visitor;
    this.eventIds = new EventIds(visitor);
    this.firstVisit = firstVisit;
    this.loggedIn = loggedIn;
    this.now = start;
    this.overMidnight = overMidnight;
    this.random = random;
  }

  /** Returns the visit's events in the order in which they occur. It may be called once. */
  List<TrackedEvent> play() {
    land();
    if (!overMidnight && random.chance(BOUNCE)) {
      if (random.chance(0.3)) {
        glance();
        click(random.pick(ShopContent.CLICKABLE));
      }
      return events;
    }
    int steps = 1 + (int) Math.min(random.exponential(MEAN_EXTRA_STEPS), MAX_STEPS);
    if (overMidnight) {
      steps += STEPS_OVER_MIDNIGHT;
    }
    for (int step = 0; step < steps; step++) {
      read();
      switchTab();
      act(ACTIONS.draw(random));
    }
    if (sawProduct) {
      pursue(GOALS.draw(random));
    }
    if (loggedIn && random.chance(LOGS_OUT)) {
      read();
      emit(EventNames.LOGOUT, null, null, null, null);
      loggedIn = false;
    }
    return events;
  }

  /** Returns true if the visitor is logged in when the visit ends. */
  boolean endsLoggedIn() {
    return loggedIn;
  }

  /** Returns the time of the last event in epoch milliseconds. */
  long end() {
    return now;
  }

  private void land() {
    Arrival arrival = Arrival.draw(random);
    tab = new Tab(random.uuid().toString(), arrival.referrer());
    tabs.add(tab);
    switch (arrival.entrance()) {
      case HOME -> show(EventNames.HOME_VIEW, Page.HOME, arrival.query(), null);
      case CATEGORY -> viewCategory(catalogue.category(random), arrival.query());
      case PRODUCT -> viewProduct(catalogue.product(random), arrival.query());
      case CONTENT ->
          show(EventNames.PAGE_VIEW, random.pick(ShopContent.PAGES), arrival.query(), null);
    }
  }

  private void act(Action action) {
    switch (action) {
      case PRODUCT -> openProduct();
      case CATEGORY -> {
        Category category = catalogue.category(random);
        clickLink(category.name(), category.page());
        viewCategory(category, "");
      }
      case CONTENT -> {
        Page page = random.chance(0.5) ? search() : random.pick(ShopContent.PAGES);
        show(EventNames.PAGE_VIEW, page, "", null);
      }
      case HOME -> {
        clickLink("Trang chủ", Page.HOME);
        show(EventNames.HOME_VIEW, Page.HOME, "", null);
      }
      case WISHLIST -> {
        if (tab.product == null) {
          openProduct();
        } else {
          emit(EventNames.WISHLIST_TOGGLE, tab.product, null, null, "\"wishlisted\":true");
        }
      }
      case SHARE -> {
        if (tab.product == null) {
          openProduct();
        } else {
          String channel = random.chance(0.5) ? "zalo" : "facebook";
          emit(
              EventNames.SHARE_CLICK,
              tab.product,
              null,
              null,
              "\"shareChannel\":\"" + channel + "\"");
        }
      }
      case LOGIN -> {
        if (loggedIn) {
          click(random.pick(ShopContent.CLICKABLE));
        } else {
          logIn();
        }
      }
      case CLICK -> click(random.pick(ShopContent.CLICKABLE));
    }
  }

  private void openProduct() {
    Product product =
        tab.product != null && random.chance(0.6)
            ? catalogue.productOf(tab.product.category(), random)
            : catalogue.product(random);
    clickLink(product.name(), product.page());
    double opensTab = visitor.browser().isDesktop() ? OPENS_TAB_ON_DESKTOP : OPENS_TAB_ELSEWHERE;
    if (tabs.size() < MAX_TABS && random.chance(opensTab)) {
      tab = new Tab(random.uuid().toString(), tab.url);
      tabs.add(tab);
    }
    viewProduct(product, "");
  }

  private void pursue(Goal goal) {
    if (goal == Goal.LOOK) {
      return;
    }
    fillCart();
    if (goal == Goal.CART) {
      return;
    }
    read();
    show(EventNames.PAGE_VIEW, Page.CART, "", null);
    if (cart.size() > 1 && random.chance(REMOVES_FROM_CART * 2)) {
      glance();
      removeFromCart();
    }
    if (!loggedIn && visitor.account() != null && random.chance(LOGS_IN_FOR_CHECKOUT)) {
      glance();
      logIn();
    }
    read();
    startCheckout();
    if (goal == Goal.CHECKOUT_COMPLETE) {
      completeCheckout();
    }
  }

  private void fillCart() {
    Product wanted = tab.product;
    while (wanted == null || !wanted.purchasable()) {
      read();
      wanted = catalogue.product(random);
      viewProduct(wanted, "");
    }
    cartId = random.uuid().toString();
    glance();
    addToCart(wanted);
    if (random.chance(SECOND_CART_LINE)) {
      read();
      Product second = catalogue.product(random);
      viewProduct(second, "");
      if (second.purchasable() && second != wanted) {
        glance();
        addToCart(second);
      }
    } else if (random.chance(REMOVES_FROM_CART)) {
      glance();
      removeFromCart();
      glance();
      addToCart(wanted);
    }
  }

  private void addToCart(Product product) {
    int quantity = random.chance(TAKES_TWO) ? 2 : 1;
    cart.add(new Line(product, quantity));
    emit(EventNames.ADD_TO_CART_CLICK, product, null, null, "\"quantity\":" + quantity);
  }

  private void removeFromCart() {
    Line removed = cart.remove(cart.size() - 1);
    emit(
        EventNames.REMOVE_FROM_CART_CLICK,
        removed.product(),
        null,
        null,
        "\"quantity\":" + removed.quantity());
  }

  private void startCheckout() {
    show(EventNames.PAGE_VIEW, Page.CHECKOUT, "", null);
    now += SAME_LOAD_MS;
    emit(
        EventNames.CHECKOUT_START,
        null,
        null,
        null,
        "\"cart\":{\"id\":\""
            + cartId
            + "\",\"itemCount\":"
            + Order.pieces(cart)
            + ",\"value\":"
            + Order.goods(cart)
            + ",\"currency\":\"VND\"}");
  }

  private void completeCheckout() {
    glance();
    boolean gateway = random.chance(PAYS_AT_GATEWAY);
    click(
        Element.of(
            "LABEL",
            gateway ? "pay-vnpay" : "pay-cod",
            "radio",
            gateway ? "Thanh toán qua VNPAY" : "Thanh toán khi nhận hàng (COD)",
            new Datum("payment", gateway ? "vnpay" : "cod")));
    read();
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(now + DayCurve.VIET_NAM_OFFSET_MS, DAY_MS));
    String id = "DH" + ORDER_DAY.format(day) + "-" + random.text(ORDER_ALPHABET, 8);
    Order order = Order.of(id, cartId, cart);
    if (!visitor.olderClient() && random.chance(RETURNS_A_LINE)) {
      order = order.withReturned(returnedProduct());
    }
    Page thanks = Page.at("/dat-hang-thanh-cong?orderId=" + id, "Đặt hàng thành công");
    if (gateway) {
      // The payment gateway sends the browser back, so it is the referrer of a full page load.
      tab.url = "https://pay.vnpay.vn/";
    }
    thank(thanks, order);
    if (random.chance(BACK_END_REPORTS)) {
      reportFromBackEnd(order);
    }
    if (random.chance(RELOADS_THANK_YOU_PAGE)) {
      read();
      // A reload keeps its referrer, runs everything again, and gives new event ids.
      tab.url = tab.referrer;
      thank(thanks, order);
    }
    cart.clear();
  }

  private void thank(Page thanks, Order order) {
    show(EventNames.PAGE_VIEW, thanks, "", null);
    now += SAME_LOAD_MS;
    emit(EventNames.CHECKOUT_COMPLETE, null, null, order, null);
  }

  /** Emits the order once more, as the shop's back end reports it after the payment. */
  private void reportFromBackEnd(Order order) {
    long at = now + BACK_END_MIN_MS + (long) random.exponential(BACK_END_MEAN_MS);
    events.add(
        new TrackedEvent(
            visitor.asBackEnd(),
            null,
            false,
            EventNames.CHECKOUT_COMPLETE,
            random.uuid(),
            at,
            at,
            loggedIn ? visitor.account() : null,
            null,
            null,
            null,
            null,
            null,
            order,
            null));
  }

  /** Returns a product that the customer gives back, bought some time before. */
  private Product returnedProduct() {
    Product product = catalogue.product(random);
    while (!product.purchasable()) {
      product = catalogue.product(random);
    }
    return product;
  }

  private void logIn() {
    emit(EventNames.LOGIN_OPEN, null, null, null, "\"method\":\"password\"");
    if (visitor.account() == null) {
      return;
    }
    read();
    loggedIn = true;
    emit(EventNames.LOGIN_SUCCESS, null, null, null, "\"method\":\"password\"");
  }

  private Page search() {
    String words = random.pick(ShopContent.SEARCHES);
    return Page.at(
        "/tim-kiem?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8),
        "Kết quả tìm kiếm: " + words);
  }

  private void viewCategory(Category category, String query) {
    show(
        EventNames.CATEGORY_VIEW,
        category.page(),
        query,
        "\"category\":{\"slug\":\"" + category.slug() + "\"}");
  }

  private void viewProduct(Product product, String query) {
    sawProduct = true;
    navigate(product.page(), query);
    tab.product = product;
    emit(EventNames.PRODUCT_VIEW, product, null, null, null);
  }

  private void show(String eventName, Page page, String query, String more) {
    navigate(page, query);
    emit(eventName, null, null, null, more);
  }

  private void navigate(Page page, String query) {
    if (tab.url != null) {
      tab.referrer = tab.url;
    }
    tab.url = page.url() + query;
    tab.title = page.title();
    tab.product = null;
  }

  private void click(Element element) {
    emit(EventNames.CLICK, null, element, null, null);
  }

  private void clickLink(String text, Page target) {
    if (random.chance(CLICK_BEFORE_NAVIGATION)) {
      click(Element.of("A", "", null, text, new Datum("href", target.path())));
      now += SAME_LOAD_MS + (long) random.exponential(SAME_LOAD_MS);
    }
  }

  private void switchTab() {
    if (tabs.size() > 1 && random.chance(SWITCHES_TAB)) {
      tab = random.pick(tabs);
    }
  }

  private void glance() {
    now += GLANCE_MIN_MS + (long) random.exponential(GLANCE_MEAN_MS);
  }

  private void read() {
    long pause = READ_MIN_MS + (long) random.exponential(READ_MEAN_MS);
    if (overMidnight) {
      // Ten steps and more of at least a minute each.
      pause += 60_000;
    } else if (random.chance(DISTRACTED)) {
      pause += random.between(DISTRACTED_MIN_MS, DISTRACTED_MAX_MS);
    }
    now += Math.min(pause, MAX_PAUSE_MS);
  }

  private void emit(String name, Product product, Element element, Order order, String more) {
    events.add(
        new TrackedEvent(
            visitor,
            tab.sessionId,
            firstVisit,
            name,
            eventIds.next(now, random.uuid()),
            now,
            now,
            loggedIn ? visitor.account() : null,
            tab.url,
            tab.title,
            tab.referrer,
            product,
            element,
            order,
            more));
  }
}
