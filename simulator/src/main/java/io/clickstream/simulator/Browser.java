package io.clickstream.simulator;

/**
 * A browser, or a crawler that runs scripts.
 *
 * @param weight how common it is among its kind
 * @param device desktop, mobile or tablet
 * @param viewportWidth in CSS pixels
 * @param viewportHeight in CSS pixels
 */
record Browser(
    double weight, String device, int viewportWidth, int viewportHeight, String userAgent) {

  private static final Weighted<Browser> OF_PEOPLE = table("browsers.tsv");
  private static final Weighted<Browser> OF_CRAWLERS = table("crawlers.tsv");

  static Browser ofPerson(Dice dice) {
    return OF_PEOPLE.draw(dice);
  }

  static Browser ofCrawler(Dice dice) {
    return OF_CRAWLERS.draw(dice);
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
