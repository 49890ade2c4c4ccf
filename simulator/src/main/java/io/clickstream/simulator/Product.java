package io.clickstream.simulator;

/**
 * A product of the catalogue.
 *
 * @param brand the name that the shop displays
 * @param price in VND; 0 means "on request", and such a product cannot be put into the cart
 * @param discountPrice in VND; 0 means that there is none
 */
record Product(
    String id,
    String name,
    Category category,
    String brand,
    long price,
    long discountPrice,
    Page page) {

  /**
   * A category of the catalogue.
   *
   * @param weight the relative number of visitors who look for it
   */
  record Category(String code, String slug, String name, double weight, Page page) {}

  boolean purchasable() {
    return price > 0;
  }

  /** Returns the price that a customer pays, in VND. */
  long sellingPrice() {
    return discountPrice > 0 ? discountPrice : price;
  }
}
