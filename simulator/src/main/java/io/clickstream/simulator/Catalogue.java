package io.clickstream.simulator;

import io.clickstream.simulator.Product.Category;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The shop's products, from {@code categories.tsv} and {@code catalogue.tsv}. */
final class Catalogue {

  static final Catalogue SHOP = load();

  /** The skew: above 1, the first products of a category are viewed more often than the last. */
  private static final double POPULARITY_SKEW = 1.5;

  private final List<Product> products;
  private final Weighted<Category> categories;
  private final Map<Category, List<Product>> byCategory;

  private Catalogue(List<Category> categories, List<Product> products) {
    this.products = products;
    this.categories = Weighted.of(categories, Category::weight);
    this.byCategory =
        products.stream()
            .collect(
                Collectors.groupingBy(
                    Product::category, LinkedHashMap::new, Collectors.toUnmodifiableList()));
  }

  private static Catalogue load() {
    List<Category> categories = Table.read("categories.tsv", Catalogue::category);
    Map<String, Category> byCode =
        categories.stream().collect(Collectors.toMap(Category::code, Function.identity()));
    return new Catalogue(
        categories, Table.read("catalogue.tsv", columns -> product(columns, byCode)));
  }

  private static Category category(String[] columns) {
    String name = columns[2];
    return new Category(
        columns[0],
        columns[1],
        name,
        Double.parseDouble(columns[3]),
        Page.at("/danh-muc/" + columns[1], name + " giá tốt, trả góp 0%"));
  }

  private static Product product(String[] columns, Map<String, Category> byCode) {
    String name = columns[3];
    return new Product(
        columns[0],
        name,
        byCode.get(columns[1]),
        columns[2],
        Long.parseLong(columns[4]),
        columns[5].isEmpty() ? 0 : Long.parseLong(columns[5]),
        Page.at("/san-pham/" + slug(name), name));
  }

  /** Returns the last part of a URL: ASCII letters and digits, separated by hyphens. */
  static String slug(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .replace('đ', 'd')
        .replace('Đ', 'D')
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  List<Product> products() {
    return products;
  }

  Category category(SeededRandom random) {
    return categories.draw(random);
  }

  Product product(SeededRandom random) {
    return productOf(category(random), random);
  }

  Product productOf(Category category, SeededRandom random) {
    List<Product> candidates = byCategory.get(category);
    double rank = StrictMath.pow(random.unit(), POPULARITY_SKEW);
    return candidates.get((int) (rank * candidates.size()));
  }
}
