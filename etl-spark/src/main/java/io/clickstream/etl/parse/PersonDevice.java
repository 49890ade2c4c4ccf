package io.clickstream.etl.parse;

import java.util.regex.Pattern;

/**
 * Derives the device of a person from the user agent.
 *
 * <p>An iPad that asks for desktop pages sends the text of a Mac; it is a tablet only inside an
 * app. Televisions count as desktop: the categories have none for them.
 */
final class PersonDevice {

  private static final Pattern TELEVISION =
      Pattern.compile("android tv|smart-?tv|googletv|hbbtv|bravia|\\baft[a-z]+\\b|crkey");

  /** Phones whose browsers do not send {@code Mobile}: feature phones, Opera Mini and old ones. */
  private static final Pattern PHONE =
      Pattern.compile(
          "mobi|iphone|ipod|opera mini|windows phone|iemobile|midp|j2me|symb(?:ian)?os|blackberry"
              + "|bb10");

  private static final Pattern TABLET =
      Pattern.compile("ipad|tablet|kindle|silk/|playbook|android.*\\bsm-[tpx][0-9]");

  private PersonDevice() {}

  /**
   * Returns desktop, mobile or tablet.
   *
   * @param userAgent in lower case
   */
  static String category(String userAgent) {
    if (TELEVISION.matcher(userAgent).find()) {
      return "desktop";
    }
    if (userAgent.contains("windows nt")) {
      // "Tablet PC" and "Touch" describe a Windows computer with a pen or a touch screen.
      return "desktop";
    }
    if (TABLET.matcher(userAgent).find()) {
      return "tablet";
    }
    if (userAgent.contains("macintosh")) {
      // Only the embedded browser of an app on an iPad claims to be a Mac and Mobile.
      return userAgent.contains(" mobile/") ? "tablet" : "desktop";
    }
    if (PHONE.matcher(userAgent).find()) {
      return "mobile";
    }
    if (userAgent.contains("android")) {
      // Browsers on tablets leave out Mobile; apps without a browser never send it.
      return userAgent.startsWith("mozilla/") ? "tablet" : "mobile";
    }
    // The network library of apps for iPhones; on a Mac it names the processor.
    boolean phoneApp = userAgent.contains("cfnetwork/") && !userAgent.contains("x86_64");
    return phoneApp ? "mobile" : "desktop";
  }
}
