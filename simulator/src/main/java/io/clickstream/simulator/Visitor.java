package io.clickstream.simulator;

/**
 * The browser profile of a person, or a crawler; it is the same in all visits.
 *
 * @param clientId the id that the tracker keeps in the browser's storage
 * @param account the user id after a login, or null for a person without an account
 * @param startsLoggedIn true if the login of an earlier visit is still valid
 * @param newcomer true if the visitor is new in this traffic
 * @param guestState the login state that this client sends for a guest
 * @param olderClient true for a tracker of the first generation, with snake_case names and random
 *     event ids; these are 2 % of the visitors
 * @param clockSkewMillis the time by which the client's clock is ahead
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

  private static final String BACK_END_ADDRESS = "192.0.2.80";
  private static final int FIRST_USER_NUMBER = 100_000;

  private static final double HAS_ACCOUNT = 0.40;
  private static final double SHARES_ACCOUNT_WITH_PREVIOUS = 0.12;
  private static final double STARTS_LOGGED_IN = 0.25;
  private static final double NEWCOMER = 0.60;
  private static final double SAYS_ANONYMOUS = 0.15;
  private static final double OLDER_CLIENT = 0.02;
  private static final double WRONG_CLOCK = 0.03;
  private static final long MAX_SKEW_MS = 20 * 60_000L;

  private static final Weighted<String> LANGUAGES =
      Weighted.<String>choices()
          .add(86, "vi-VN")
          .add(8, "vi")
          .add(5, "en-US")
          .add(1, "ko-KR")
          .build();

  /**
   * Returns the visitor with a number.
   *
   * @param seed the seed of the traffic
   * @param number the number of the visitor in the traffic, from 0
   */
  static Visitor person(long seed, long number) {
    SeededRandom random = SeededRandom.of(seed, number, 0);
    boolean hasAccount = random.chance(HAS_ACCOUNT);
    // Two browsers of one person: the same user on two clients.
    boolean shared = random.chance(SHARES_ACCOUNT_WITH_PREVIOUS) && number > 0;
    long user = FIRST_USER_NUMBER + (shared ? number - 1 : number);
    return new Visitor(
        random.uuid().toString(),
        Browser.ofPerson(random),
        address(random),
        LANGUAGES.draw(random),
        hasAccount ? "u-" + user : null,
        hasAccount && random.chance(STARTS_LOGGED_IN),
        random.chance(NEWCOMER),
        random.chance(SAYS_ANONYMOUS) ? "anonymous" : "guest",
        random.chance(OLDER_CLIENT),
        random.chance(WRONG_CLOCK) ? random.between(-MAX_SKEW_MS, MAX_SKEW_MS) : 0);
  }

  /** Returns a crawler. */
  static Visitor crawler(SeededRandom random) {
    return new Visitor(
        random.uuid().toString(),
        Browser.ofCrawler(random),
        address(random),
        "en-US",
        null,
        false,
        false,
        "guest",
        false,
        0);
  }

  /** Returns the shop's back end, which reports an order of this visitor. */
  Visitor asBackEnd() {
    return new Visitor(
        clientId,
        Browser.BACK_END,
        BACK_END_ADDRESS,
        language,
        account,
        startsLoggedIn,
        newcomer,
        guestState,
        false,
        0);
  }

  boolean isBackEnd() {
    return browser == Browser.BACK_END;
  }

  /** Returns the same browser with another client id, as a copied profile has it. */
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

  /** Returns an address that is not routed: RFC 5737, RFC 6598 or RFC 3849. */
  private static String address(SeededRandom random) {
    double which = random.unit();
    if (which < 0.15) {
      return "203.0.113." + random.between(1, 254);
    }
    if (which < 0.30) {
      return "198.51.100." + random.between(1, 254);
    }
    if (which < 0.75) {
      return "100."
          + random.between(64, 127)
          + "."
          + random.below(256)
          + "."
          + random.between(1, 254);
    }
    return "2001:db8:"
        + Integer.toHexString(random.below(0x10000))
        + ":"
        + Integer.toHexString(random.below(0x10000))
        + "::"
        + Integer.toHexString(1 + random.below(0xfffe));
  }
}
