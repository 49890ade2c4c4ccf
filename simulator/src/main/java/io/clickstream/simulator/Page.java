package io.clickstream.simulator;

/**
 * A page of the shop.
 *
 * @param path the path with its query
 * @param url the whole URL
 * @param title the page title
 */
record Page(String path, String url, String title) {

  static final String ORIGIN = "https://shop.example";

  static final Page HOME = at("/", "Máy tính, laptop, linh kiện chính hãng");
  static final Page CART = at("/gio-hang", "Giỏ hàng");
  static final Page CHECKOUT = at("/thanh-toan", "Thanh toán");
  static final Page FLASH_SALE = at("/khuyen-mai/flash-sale-cuoi-tuan", "🔥 Flash Sale cuối tuần");

  private static final String SHOP_NAME = " | Shop Example";

  static Page at(String path, String title) {
    return new Page(path, ORIGIN + path, title + SHOP_NAME);
  }
}
