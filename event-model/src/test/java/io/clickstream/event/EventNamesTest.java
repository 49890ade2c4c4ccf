package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventNamesTest {

  @ParameterizedTest
  @CsvSource({
    "view_product, product_view",
    "view_item, product_view",
    "view_item_list, category_view",
    "add_to_cart, add_to_cart_click",
    "remove_from_cart, remove_from_cart_click",
    "begin_checkout, checkout_start",
    "purchase, checkout_complete",
    "add_to_wishlist, wishlist_toggle",
    "share, share_click",
    "login, login_success",
    "screen_view, page_view",
    "page_view, page_view",
    "unknown, unknown",
    "Purchase, checkout_complete",
    "View_Item, product_view",
    "PageView, page_view",
    "Page View, page_view",
    "page-view, page_view",
    "PAGE_VIEW, page_view",
    "AddToCart, add_to_cart_click",
    "Product View, product_view",
    "PurchaseX, PurchaseX",
    "Page.View, Page.View",
    "page view 2, page view 2",
    "Événement, Événement",
  })
  void anAliasHasAPlatformsNameAndAnyOtherNameItself(String sent, String canonical) {
    assertThat(EventNames.canonical(sent)).isEqualTo(canonical);
  }

  @Test
  void anAliasIsNotAPlatformsNameAndMapsToOne() {
    assertThat(EventNames.aliases())
        .isNotEmpty()
        .doesNotContainKeys(EventNames.ALL.toArray(String[]::new));
    assertThat(EventNames.ALL).containsAll(EventNames.aliases().values());
  }

  @Test
  void noTwoNamesDifferOnlyInCaseAndSeparators() {
    List<String> names = new ArrayList<>(EventNames.ALL);
    names.addAll(EventNames.aliases().keySet());
    assertThat(names.stream().map(name -> name.replace("_", ""))).doesNotHaveDuplicates();
  }

  @Test
  void aNameHasAtMost128Bytes() {
    assertThat(EventNames.isTooLong("x".repeat(128))).isFalse();
    assertThat(EventNames.isTooLong("x".repeat(129))).isTrue();
    assertThat(EventNames.isTooLong("€".repeat(42) + "xx")).isFalse();
    assertThat(EventNames.isTooLong("€".repeat(43))).isTrue();
    assertThat(EventNames.isTooLong("😀".repeat(32))).isFalse();
    assertThat(EventNames.isTooLong("😀".repeat(32) + "x")).isTrue();
  }
}
