package io.clickstream.etl.parse;

import java.util.regex.Pattern;

/**
 * Derives the device of a person from the user agent.
 *
 * <p>An iPad that asks for desktop pages sends the text of a Mac; it is a tablet only inside an
 * app. Televisions count as desktop: the categories have none for them.
 */
final class PersonDevice {

  /** The beginning of a browser's text, also after a quotation mark or a repeated header name. */
  private static final Pattern BROWSER =
      Pattern.compile(
          "^[^a-z0-9]*+(?:mozilla|opera|user-agent:[^a-z0-9]*+mozilla|user-agent:[^a-z0-9]*+opera)/");

  /** Apps and browsers of other beginnings: they name a device, or they are listed. */
  private static final Pattern APP =
      Pattern.compile(
          "android|iphone|ipad|ipod|(?<![a-z])(?:ios|ipados|tvos)[ /]|cfnetwork/|harmonyos|tizen|web[o0]s"
              + "|midp|j2me|symb(?:ian)?os|blackberry|windows phone|opera mini|kaios"
              + "|^(?:ucweb|nokia|samsung-|sonyericsson|lg-|mot-|docomo|kddi-|softbank|vodafone|roku)"
              + "|^(?:lynx|links|elinks|w3m|netsurf|dillo)[/ ]");

  private static final Pattern TELEVISION =
      Pattern.compile("android tv|smart-?tv|googletv|hbbtv|bravia|\\baft[a-z]+\\b|crkey");

  /** Phones whose browsers do not send {@code Mobile}: feature phones, Opera Mini and old ones. */
  private static final Pattern PHONE =
      Pattern.compile(
          "mobi|iphone|ipod|opera mini|windows phone|iemobile|midp|j2me|symb(?:ian)?os|blackberry"
              + "|bb10|(?<![a-z])ios[ /]");

  private static final Pattern TABLET =
      Pattern.compile("ipad|tablet|kindle|silk/|playbook|android.*\\bsm-[tpx][0-9]");

  private PersonDevice() {}

  /** Returns true for text in lower case that begins as browsers do. */
  static boolean beginsLikeABrowser(String userAgent) {
    return BROWSER.matcher(userAgent).find();
  }

  /**
   * Returns true for the user agent of a browser or of an app on a device. Another program is no
   * person, whatever its name.
   *
   * @param userAgent in lower case
   */
  static boolean isPersons(String userAgent) {
    return beginsLikeABrowser(userAgent) || APP.matcher(userAgent).find();
  }

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
