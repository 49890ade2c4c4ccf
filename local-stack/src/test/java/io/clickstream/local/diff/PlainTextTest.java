package io.clickstream.local.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void charactersThatActOnATerminalOrOnTheTextAroundThemAreEscaped() {
    assertThat(PlainText.of("a\u001b[2Jb\nc\u202Ed\u2028\u00adé😀"))
        .isEqualTo("a\\u{1B}[2Jb\\u{A}c\\u{202E}d\\u{2028}\\u{AD}é😀");
    assertThat(PlainText.of((String) null)).isEqualTo("NULL");
  }

  @Test
  void markupIsEscapedOnThePage() {
    assertThat(DiffPage.escaped("<a href='x' title=\"y\">&</a>"))
        .isEqualTo("&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;&lt;/a&gt;");
  }

  @Test
  void numbersHaveGroupsAndTheirDecimals() {
    assertThat(PlainText.of(new BigDecimal("1234567.50"))).isEqualTo("1,234,567.5");
    assertThat(PlainText.of(new BigDecimal("-0.25"))).isEqualTo("-0.25");
    assertThat(PlainText.of(new BigDecimal("1E3"))).isEqualTo("1,000");
  }

  @Test
  void aChangeIsAPartOfTheOldValue() {
    assertThat(PlainText.percent(BigDecimal.valueOf(200), BigDecimal.valueOf(150)))
        .isEqualTo("-25.0 %");
    assertThat(PlainText.percent(BigDecimal.valueOf(3), BigDecimal.valueOf(4)))
        .isEqualTo("+33.3 %");
    assertThat(PlainText.percent(BigDecimal.ZERO, BigDecimal.ONE)).isEmpty();
  }
}
