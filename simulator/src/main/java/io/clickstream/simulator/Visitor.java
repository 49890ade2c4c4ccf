package io.clickstream.simulator;

/**
 * A browser profile of a person, or a crawler: what stays the same from visit to visit.
 *
 * @param clientId what the tracker keeps in the browser's storage
 * @param account the user id that a login gives, or null for a person without an account
 * @param startsLoggedIn whether the login of an earlier visit still holds
 * @param newcomer whether the shop had never been visited before this traffic
 * @param guestState how this client names a visitor who isn't logged in
 * @param olderClient whether a tracker of the first generation runs, with snake_case names
 * @param clockSkewMillis how far the client's clock is ahead
 */
record Visitor(
    String clientId,
    Browser browser,
    String sourceIp,
    String language,
    String account,
    boolean startsLoggedIn,
    boolean newcomer,
    String guestState,
    boolean olderClient,
    long clockSkewMillis) {

  private static final int FIRST_USER_NUMBER = 100_000;

  private static final double HAS_ACCOUNT = 0.40;
  private static final double SHARES_ACCOUNT_WITH_PREVIOUS = 0.12;
  private static final double STARTS_LOGGED_IN = 0.25;
  private static final double NEWCOMER = 0.60;
  private static final double SAYS_ANONYMOUS = 0.15;
  private static final double OLDER_CLIENT = 0.02;
  private static final double WRONG_CLOCK = 0.03;
  private static final long GREATEST_SKEW_MS = 20 * 60_000L;

  private static final Weighted<String> LANGUAGES =
      Weighted.<String>choices()
          .add(86, "vi-VN")
          .add(8, "vi")
          .add(5, "en-US")
          .add(1, "ko-KR")
          .build();

  /**
   * The visitor with a number.
   *
   * @param seed of the traffic
   * @param number counts the visitors of a traffic, from 0
   */
  static Visitor person(long seed, long number) {
    Dice dice = Dice.of(seed, number, 0);
    boolean hasAccount = dice.chance(HAS_ACCOUNT);
    // Two browsers of one person: the same user on two clients.
    boolean shared = dice.chance(SHARES_ACCOUNT_WITH_PREVIOUS) && number > 0;
    long user = FIRST_USER_NUMBER + (shared ? number - 1 : number);
    return new Visitor(
        dice.uuid().toString(),
        Browser.ofPerson(dice),
        address(dice),
        LANGUAGES.draw(dice),
        hasAccount ? "u-" + user : null,
        hasAccount && dice.chance(STARTS_LOGGED_IN),
        dice.chance(NEWCOMER),
        dice.chance(SAYS_ANONYMOUS) ? "anonymous" : "guest",
        dice.chance(OLDER_CLIENT),
        dice.chance(WRONG_CLOCK) ? dice.between(-GREATEST_SKEW_MS, GREATEST_SKEW_MS) : 0);
  }

  /** A crawler. */
  static Visitor crawler(Dice dice) {
    return new Visitor(
        dice.uuid().toString(),
        Browser.ofCrawler(dice),
        address(dice),
        "en-US",
        null,
        false,
        false,
        "guest",
        false,
        0);
  }

  /** The same browser with another identity, as a copied profile or a cached page has it. */
  Visitor withClientId(String otherClientId) {
    return new Visitor(
        otherClientId,
        browser,
        sourceIp,
        language,
        account,
        startsLoggedIn,
        newcomer,
        guestState,
        olderClient,
        clockSkewMillis);
  }

  /** No address of the real internet: RFC 5737, RFC 6598 and RFC 3849. */
  private static String address(Dice dice) {
    double which = dice.unit();
    if (which < 0.15) {
      return "203.0.113." + dice.between(1, 254);
    }
    if (which < 0.30) {
      return "198.51.100." + dice.between(1, 254);
    }
    if (which < 0.75) {
      return "100." + dice.between(64, 127) + "." + dice.below(256) + "." + dice.between(1, 254);
    }
    return "2001:db8:"
        + Integer.toHexString(dice.below(0x10000))
        + ":"
        + Integer.toHexString(dice.below(0x10000))
        + "::"
        + Integer.toHexString(1 + dice.below(0xfffe));
  }
}
