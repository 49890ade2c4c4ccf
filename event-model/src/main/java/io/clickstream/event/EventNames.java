package io.clickstream.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** The event names that the tracker sends, the groups by which metrics count them, and aliases. */
public final class EventNames {

  public static final String PAGE_VIEW = "page_view";
  public static final String HOME_VIEW = "home_view";
  public static final String CATEGORY_VIEW = "category_view";
  public static final String PRODUCT_VIEW = "product_view";
  public static final String CLICK = "click";
  public static final String ADD_TO_CART_CLICK = "add_to_cart_click";
  public static final String REMOVE_FROM_CART_CLICK = "remove_from_cart_click";
  public static final String WISHLIST_TOGGLE = "wishlist_toggle";
  public static final String SHARE_CLICK = "share_click";
  public static final String LOGIN_OPEN = "login_open";
  public static final String LOGIN_SUCCESS = "login_success";
  public static final String LOGOUT = "logout";
  public static final String CHECKOUT_START = "checkout_start";
  public static final String CHECKOUT_COMPLETE = "checkout_complete";

  /** Name that the job gives to an event without a name. */
  public static final String UNKNOWN = "unknown";

  /** All fourteen names that the tracker sends. */
  public static final List<String> ALL =
      List.of(
          PAGE_VIEW,
          CLICK,
          HOME_VIEW,
          CATEGORY_VIEW,
          PRODUCT_VIEW,
          ADD_TO_CART_CLICK,
          REMOVE_FROM_CART_CLICK,
          WISHLIST_TOGGLE,
          SHARE_CLICK,
          LOGIN_OPEN,
          LOGIN_SUCCESS,
          LOGOUT,
          CHECKOUT_START,
          CHECKOUT_COMPLETE);

  /** The tracker sends exactly one of these per navigation. */
  public static final List<String> PAGE_VIEWS =
      List.of(PAGE_VIEW, HOME_VIEW, CATEGORY_VIEW, PRODUCT_VIEW);

  private static final Set<String> EXACT = Set.copyOf(ALL);

  /** The platform's name by the letters and digits of each name and alias. */
  private static final Map<String, String> CANONICAL = canonicalNames();

  private EventNames() {}

  /**
   * Returns the platform's name for one of its names or an alias, else the name itself.
   *
   * <p>Names compare without the case of letters, spaces, hyphens and underscores: {@code
   * PageView}, {@code Page View} and {@code page-view} are {@code page_view}.
   */
  public static String canonical(String eventName) {
    return EXACT.contains(eventName) || isTooLong(eventName)
        ? eventName
        : CANONICAL.getOrDefault(compared(eventName), eventName);
  }

  /** Returns a name in the form in which names compare. */
  private static String compared(String eventName) {
    StringBuilder compared = new StringBuilder(eventName.length());
    for (int i = 0; i < eventName.length(); i++) {
      char c = eventName.charAt(i);
      if (c != ' ' && c != '-' && c != '_') {
        compared.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
      }
    }
    return compared.toString();
  }

  private static Map<String, String> canonicalNames() {
    Map<String, String> names = new HashMap<>();
    ALL.forEach(name -> names.put(compared(name), name));
    aliases().forEach((alias, name) -> names.put(compared(alias), name));
    return Map.copyOf(names);
  }

  /** Returns true if a clean event name is longer than {@link Limits#EVENT_NAME_BYTES}. */
  public static boolean isTooLong(String eventName) {
    int length = eventName.length();
    return length > Limits.EVENT_NAME_BYTES
        || length * 3 > Limits.EVENT_NAME_BYTES
            && eventName.getBytes(StandardCharsets.UTF_8).length > Limits.EVENT_NAME_BYTES;
  }

  /** Returns the platform's name of each alias, by the table {@code event-name-aliases}. */
  public static Map<String, String> aliases() {
    Properties table = new Properties();
    try (InputStream in = EventNames.class.getResourceAsStream("event-name-aliases.properties")) {
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read event-name-aliases.properties.", e);
    }
    return table.stringPropertyNames().stream()
        .collect(Collectors.toUnmodifiableMap(alias -> alias, table::getProperty));
  }
}
