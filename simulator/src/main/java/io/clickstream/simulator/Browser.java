package io.clickstream.simulator;

/**
 * A browser, or a crawler that runs scripts.
 *
 * @param weight its relative frequency
 * @param device desktop, mobile or tablet
 * @param viewportWidth in CSS pixels
 * @param viewportHeight in CSS pixels
 */
record Browser(
    double weight, String device, int viewportWidth, int viewportHeight, String userAgent) {

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
