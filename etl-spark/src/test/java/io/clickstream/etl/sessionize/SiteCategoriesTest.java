package io.clickstream.etl.sessionize;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteCategoriesTest {

  private static final SiteCategories SITES =
      new SiteCategories(
          Map.ofEntries(
              entry("google", "search"),
              entry("pay.google", "payment"),
              entry("messenger", "social"),
              entry("t.co", "social"),
              entry("stripe", "shopping"),
              entry("stripe.com", "payment"),
              entry("accounts.google", "sign-in"),
              entry("zalo.me", "social"),
              entry("pay.", "payment"),
              entry("oauth.", "sign-in"),
              entry("login.", "sign-in"),
              entry("login.blog", "other"),
              entry("/dialog/oauth", "sign-in"),
              entry("/login/oauth", "sign-in"),
              entry("/shopping/cart", "shopping")));

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
    "pay.google.shop.vn, payment",
    "t.co, social",
    "t.com, ",
    "amt.co, ",
    "t.co.uk, ",
    "stripe.com, payment",
    "checkout.stripe.com, payment",
    "stripe.dev, shopping",
    "accounts.google.com, sign-in",
    "1.2.3.4, ",
    "pay.zalo.me, payment",
    "PAY.zalo.me, payment",
    "eu.pay.zalo.me, payment",
    "pay.shop.com.vn, payment",
    "pay2.shop.vn, payment",
    "zalo.me, social",
    "id.zalo.me, social",
    "epay.zalo.me, social",
    "pay-x.zalo.me, social",
    "paye.shop.vn, ",
    "pay.vn, ",
    "pay.com.vn, ",
    "pay, ",
    "shop.pay, ",
    "2.shop.vn, ",
    "oauth.login.shop.vn, sign-in",
    "login.blog.vn, other",
    "a.login.blog.vn, sign-in",
    "blog.vn, ",
    ".., ",
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

  @ParameterizedTest
  @CsvSource({
    "/v19.0/dialog/oauth, true",
    "/Dialog/OAuth/, true",
    "/login/oauth/authorize, true",
    "login/oauth, true",
    "/login, false",
    "/oauth/login, false",
    "/login/x/oauth, false",
    "/my-login/oauth, false",
    "/login/oauth2, false",
    "/login//oauth, false",
    "/shopping/cart, false",
    "/1/2/3/4/5/6/login/oauth, true",
    "/1/2/3/4/5/6/7/login/oauth, false",
    "/, false",
  })
  void aPathOnTheWayHasTheSegmentsOfARow(String path, boolean isOnTheWay) {
    assertThat(SITES.isPathOnTheWay(path)).isEqualTo(isOnTheWay);
  }

  @Test
  void aTextThatIsTooLongForAHostHasNoCategory() {
    String host = "a.".repeat(121) + "google.com";
    assertThat(SITES.of("x" + host)).isEqualTo("search");
    assertThat(SITES.of("xx" + host)).isNull();
  }
}
