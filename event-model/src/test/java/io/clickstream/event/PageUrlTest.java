package io.clickstream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://shop.example, shop.example, /",
    "https://shop.example/, shop.example, /",
    "https://shop.example?a=1, shop.example, /",
    "https://shop.example#top, shop.example, /",
    "https://shop.example/laptop/x?a=1#b, shop.example, /laptop/x",
    "https://SHOP.Example/Laptop, shop.example, /Laptop",
    "https://www.shop.example/, shop.example, /",
    "https://user:pw@shop.example:8443/a, shop.example, /a",
    "https://[2001:db8::1]:8443/a, [2001:db8::1], /a",
    "https://[2001:db8::1]/a, [2001:db8::1], /a",
    "//cdn.example/a, cdn.example, /a",
    "android-app://com.google.android.gm/, com.google.android.gm, /",
    "https://shop.example/a?next=https://b.example/c, shop.example, /a",
    "https://shop.example/a%20b, shop.example, /a%20b",
  })
  void anAbsoluteUrlHasAHostAndAPath(String url, String host, String path) {
    PageUrl page = PageUrl.parse(url);
    assertThat(page.host()).isEqualTo(host);
    assertThat(page.path()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/laptop?a=1, /laptop",
    "laptop/x, laptop/x",
    "?a=1, /",
    "'#top', /",
    "/a//b, /a//b",
    "/a?u=https://b.example, /a",
    "https:///a, /a",
    "https:// /a, /a",
    "https://:80/a, /a",
    "about:blank, about:blank",
    "'not a url', 'not a url'",
  })
  void aRelativeUrlHasNoHost(String url, String path) {
    PageUrl page = PageUrl.parse(url);
    assertThat(page.host()).isNull();
    assertThat(page.path()).isEqualTo(path);
  }

  @Test
  void theQueryEndsAtTheFragment() {
    assertThat(PageUrl.parse("/a?b=1#c?utm_source=x&d=2").query()).containsExactly(entry("b", "1"));
    assertThat(PageUrl.parse("/a#c?utm_source=x").query()).isEmpty();
  }

  @Test
  void theFirstOfSeveralParametersWithOneNameWins() {
    assertThat(PageUrl.parse("/?a=1&a=2&A=3").query()).containsExactly(entry("a", "1"));
  }

  @Test
  void parameterNamesAreInLowerCaseAndIncompletePairsAreLeftOut() {
    assertThat(PageUrl.parse("/?&UTM_Source=Zalo&=x&flag&b=").query())
        .containsExactly(entry("utm_source", "Zalo"));
  }

  @Test
  void aBlankValueIsPassedOver() {
    assertThat(PageUrl.parse("/?a=&a=+&a=%00&a=1&a=2&b=").query()).containsExactly(entry("a", "1"));
  }

  @Test
  void anEscapedAmpersandSeparatesParameters() {
    assertThat(PageUrl.parse("/?a=1&amp;b=2&amp;amp;c=3&amp=4&ampd=5").query())
        .containsExactly(
            entry("a", "1"),
            entry("b", "2"),
            entry("c", "3"),
            entry("amp", "4"),
            entry("ampd", "5"));
    assertThat(PageUrl.parse("/?a=1&#38;b=2&#x26;c=3&#X0026;d=4&AMP;e=5&amp;#038;f=6#g").query())
        .containsExactly(
            entry("a", "1"),
            entry("b", "2"),
            entry("c", "3"),
            entry("d", "4"),
            entry("e", "5"),
            entry("f", "6"));
    assertThat(PageUrl.parse("/?a=1%26amp;b=2").query()).containsExactly(entry("a", "1&amp;b=2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/?a=1#38;b=2",
        "/?a=1&#39;b=2",
        "/?a=1&#3;8;b=2",
        "/?a=1&#38b=2",
        "/?a=1&#x2;b=2",
        "/?a=1#&#38;b=2",
        "/?a=1#?&#38;b=2",
        "/?a=1& #38;b=2",
      })
  void anyOtherNumberSignBeginsTheFragment(String url) {
    assertThat(PageUrl.parse(url).query()).containsExactly(entry("a", "1"));
  }

  @Test
  void anEscapedAmpersandBeforeTheQueryIsNone() {
    PageUrl page = PageUrl.parse("https://shop.example/a&#38;b?c=1");
    assertThat(page.path()).isEqualTo("/a&");
    assertThat(page.query()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SHOP.Example, shop.example",
    "shop.example., shop.example",
    "www.shop.example., shop.example",
    "WWW.shop.example, shop.example",
    "www1.shop.example, www1.shop.example",
    "cửahàng.vn, xn--cahng-tqa2694c.vn",
    "CỬAHÀNG.vn, xn--cahng-tqa2694c.vn",
    "www.cửahàng.vn., xn--cahng-tqa2694c.vn",
    "XN--CAHNG-TQA2694C.vn, xn--cahng-tqa2694c.vn",
    "cửahàng。vn, xn--cahng-tqa2694c.vn",
    "a..ế, a..ế",
    "., ",
    "' ', ",
  })
  void hostsCompareInOneForm(String host, String canonical) {
    assertThat(PageUrl.canonicalHost(host)).isEqualTo(canonical);
  }

  /** IDNA turns U+2100 into a/c, and a full-width sign into the one that it looks like. */
  @ParameterizedTest
  @CsvSource({
    "shop.example\u2100.evil.example",
    "shop.example\uFF0Fa.vn",
    "shop.example\uFF1Fa.vn",
    "shop.example\uFF03a.vn",
    "user\uFF20shop.example",
    "shop.example\uFF1A80",
    "a\u3000b\u00E9.vn",
  })
  void noHostTurnsIntoAHostWithAPathOrAQuery(String host) {
    assertThat(PageUrl.canonicalHost(host)).isEqualTo(host.toLowerCase(Locale.ROOT));
  }

  @Test
  void aNameThatIsTooLongForAHostStaysAsItIsWritten() {
    String longest = "\u00E9." + "a.".repeat(125) + "a";
    assertThat(longest).hasSize(253);
    assertThat(PageUrl.canonicalHost(longest)).startsWith("xn--9ca.a.a.");
    assertThat(PageUrl.canonicalHost("a" + longest)).startsWith("a\u00E9.a.a.");
  }

  @Test
  void aDecomposedHostIsTheSameHost() {
    assertThat(PageUrl.canonicalHost("cu\u031b\u0309aha\u0300ng.vn"))
        .isEqualTo(PageUrl.canonicalHost("cửahàng.vn"));
  }

  @Test
  void aValueKeepsItsEqualsSignsAndQuestionMarks() {
    assertThat(PageUrl.parse("/?gclid=a=b==&q=c?d").query())
        .containsExactly(entry("gclid", "a=b=="), entry("q", "c?d"));
  }

  @Test
  void escapesAreDecodedAsUtf8AndPlusIsABlank() {
    assertThat(PageUrl.parse("/?utm_campaign=Gi%E1%BA%A3m+gi%c3%a1%2B%26").query())
        .containsExactly(entry("utm_campaign", "Giảm giá+&"));
    assertThat(PageUrl.parse("/?utm%5Fsource=x").query()).containsKey("utm_source");
  }

  @Test
  void aPercentSignThatStartsNoEscapeIsKept() {
    assertThat(PageUrl.parse("/?a=100%&b=%zz&c=%4&d=%").query())
        .containsExactly(entry("a", "100%"), entry("b", "%zz"), entry("c", "%4"), entry("d", "%"));
  }

  @Test
  void escapesThatAreNotUtf8BecomeTheReplacementCharacter() {
    assertThat(PageUrl.parse("/?a=%FFx").query()).containsExactly(entry("a", "\uFFFDx"));
  }
}
