package io.clickstream.simulator;

/**
 * A browser, a crawler that runs scripts, or the shop's back end.
 *
 * @param weight its relative frequency
 * @param device desktop, mobile, tablet or server
 * @param viewportWidth in CSS pixels
 * @param viewportHeight in CSS pixels
 */
record Browser(
    double weight, String device, int viewportWidth, int viewportHeight, String userAgent) {

  /** The HTTP library with which the shop's back end reports orders. */
  static final Browser BACK_END = new Browser(0, "server", 0, 0, "Java-http-client/17.0.9");

  private static final Weighted<Browser> OF_PEOPLE = table("browsers.tsv");
  private static final Weighted<Browser> OF_CRAWLERS = table("crawlers.tsv");

  static Browser ofPerson(SeededRandom random) {
    return OF_PEOPLE.draw(random);
  }

  static Browser ofCrawler(SeededRandom random) {
    return OF_CRAWLERS.draw(random);
  }

  boolean isDesktop() {
    return device.equals("desktop");
  }

  private static Weighted<Browser> table(String resource) {
    return Weighted.of(Table.read(resource, Browser::row), Browser::weight);
  }

  private static Browser row(String[] columns) {
    return new Browser(
        Double.parseDouble(columns[0]),
        columns[1],
        Integer.parseInt(columns[2]),
        Integer.parseInt(columns[3]),
        columns[4]);
  }
}
