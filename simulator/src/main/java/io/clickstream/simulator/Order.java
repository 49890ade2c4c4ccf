package io.clickstream.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * A placed order.
 *
 * @param value the amount that the customer pays in VND, with delivery; null for an order with a
 *     returned line, whose sum counts
 */
record Order(String id, String cartId, Long value, List<Line> lines) {

  /** A quantity of one product, negative for a return. */
  record Line(Product product, int quantity) {}

  /** Returns the order of a customer who gives back one piece of another product. */
  Order withReturned(Product product) {
    List<Line> all = new ArrayList<>(lines);
    all.add(new Line(product, -1));
    return new Order(id, cartId, null, List.copyOf(all));
  }

  private static final long FREE_DELIVERY_FROM = 2_000_000;
  private static final long DELIVERY_FEE = 30_000;

  static Order of(String id, String cartId, List<Line> lines) {
    long goods = goods(lines);
    long value = goods < FREE_DELIVERY_FROM ? goods + DELIVERY_FEE : goods;
    return new Order(id, cartId, value, List.copyOf(lines));
  }

  /** Returns the sum of a cart's lines in VND. */
  static long goods(List<Line> lines) {
    long sum = 0;
    for (Line line : lines) {
      sum += line.quantity() * line.product().sellingPrice();
    }
    return sum;
  }

  /** Returns the number of items. */
  static int pieces(List<Line> lines) {
    int sum = 0;
    for (Line line : lines) {
      sum += line.quantity();
    }
    return sum;
  }
}
