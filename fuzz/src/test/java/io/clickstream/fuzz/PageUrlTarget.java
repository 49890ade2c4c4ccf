package io.clickstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.CleanText;
import io.clickstream.event.PageUrl;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Fuzz target: the URL of a page or referrer, which is any text. */
public final class PageUrlTarget {

  private PageUrlTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = CleanText.of(new String(input, StandardCharsets.UTF_8));
    if (text == null) {
      return;
    }
    PageUrl url = PageUrl.parse(text);
    if (url.host() != null) {
      assertThat(CleanText.of(url.host())).isEqualTo(url.host());
      assertThat(url.host()).isEqualTo(url.host().toLowerCase(Locale.ROOT)).doesNotContain("/");
      assertThat(url.path()).startsWith("/");
    }
    assertThat(url.path()).isNotEmpty().doesNotContain("?", "#");
    url.query()
        .forEach(
            (name, value) -> {
              assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT));
              assertThat(CleanText.of(value)).isEqualTo(value);
            });
    assertThat(PageUrl.parse(text + "#fragment")).isEqualTo(url);
  }
}
