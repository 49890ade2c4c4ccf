package io.clickstream.etl.sessionize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteCategoriesTest {

  private static final SiteCategories SITES =
      new SiteCategories(
          Map.of(
              "google", "search",
              "pay.google", "payment",
              "messenger", "social",
              "t.co", "social",
              "stripe", "shopping",
              "stripe.com", "payment",
              "accounts.google", "sign-in"));

  @ParameterizedTest
  @CsvSource({
    "google, search",
    "GOOGLE.com, search",
    "google.com.vn, search",
    "google.co.jp, search",
    "news.google.de, search",
    "google.shop.vn, ",
    "google.com.shop.vn, ",
    "notgoogle.com, ",
    "google-shop.com, ",
    "messenger.shop.vn, ",
    "messenger.com, social",
    "pay.google.com, payment",
    "a.pay.google.com, payment",
    "pay.google.shop.vn, ",
    "t.co, social",
    "t.com, ",
    "amt.co, ",
    "t.co.uk, ",
    "stripe.com, payment",
    "checkout.stripe.com, payment",
    "stripe.dev, shopping",
    "accounts.google.com, sign-in",
    "1.2.3.4, ",
  })
  void aHostMatchesByWholeLabelsAndTheLongestMatchCounts(String host, String category) {
    assertThat(SITES.of(host)).isEqualTo(category);
  }

  @ParameterizedTest
  @CsvSource({
    "pay.google.com, true",
    "accounts.google.com, true",
    "google.com, false",
    "vietbank.example, false",
  })
  void paymentGatewaysAndSignInProvidersAreOnTheWay(String host, boolean isOnTheWay) {
    assertThat(SITES.isOnTheWay(host)).isEqualTo(isOnTheWay);
  }

  @Test
  void aTextThatIsTooLongForAHostHasNoCategory() {
    String host = "a.".repeat(121) + "google.com";
    assertThat(SITES.of("x" + host)).isEqualTo("search");
    assertThat(SITES.of("xx" + host)).isNull();
  }
}
