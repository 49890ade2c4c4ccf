package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  private final List<Product> products = Catalogue.SHOP.products();

  @Test
  void theShopIsStocked() {
    assertThat(products).hasSizeGreaterThan(60);
    assertThat(products).extracting(Product::category).doesNotContainNull();
    assertThat(products).anyMatch(product -> product.discountPrice() > 0);
    assertThat(products).anyMatch(product -> product.discountPrice() == 0);
    assertThat(products).filteredOn(product -> !product.purchasable()).hasSize(1);
  }

  @Test
  void idsAndAddressesAreUnique() {
    assertThat(products).extracting(Product::id).doesNotHaveDuplicates();
    assertThat(products).extracting(product -> product.page().path()).doesNotHaveDuplicates();
  }

  @Test
  void aDiscountIsAPriceBelowThePrice() {
    assertThat(products)
        .filteredOn(product -> product.discountPrice() > 0)
        .allMatch(product -> product.discountPrice() < product.price())
        .allMatch(product -> product.discountPrice() > product.price() / 2);
  }

  @Test
  void addressesAreAscii() {
    assertThat(Catalogue.slug("Bàn phím cơ Đồ họa 27\" (2x16GB)"))
        .isEqualTo("ban-phim-co-do-hoa-27-2x16gb");
    assertThat(products)
        .allMatch(product -> product.page().path().matches("/san-pham/[a-z0-9]+(-[a-z0-9]+)*"));
  }
}
