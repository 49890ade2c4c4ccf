package io.clickstream.simulator;

/**
 * A product of the catalogue.
 *
 * @param brand as the shop writes it
 * @param price in VND; 0 means "on request", and such a product can't be put into the cart
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
   * @param weight how often visitors look for it
   */
  record Category(String code, String slug, String name, double weight, Page page) {}

  boolean purchasable() {
    return price > 0;
  }

  /** What a customer pays for one, in VND. */
  long sellingPrice() {
    return discountPrice > 0 ? discountPrice : price;
  }
}
