package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  private static final String LAPTOP = "\uD83D\uDCBB";

  @Test
  void nulIsRemoved() {
    assertThat(Text.storable("\u0000a\u0000b\u0000")).isEqualTo("ab");
  }

  @Test
  void aLoneSurrogateBecomesTheReplacementCharacter() {
    assertThat(Text.storable("a\uD83Db")).isEqualTo("a\uFFFDb");
    assertThat(Text.storable("a\uDCBB")).isEqualTo("a\uFFFD");
    assertThat(Text.storable("\uDCBB\uD83D")).isEqualTo("\uFFFD\uFFFD");
    assertThat(Text.storable("\uD83D\uD83D\uDCBB")).isEqualTo("\uFFFD" + LAPTOP);
  }

  @Test
  void surrogatesThatNulSeparatesAreNotJoined() {
    assertThat(Text.storable("\uD83D\u0000\uDCBB")).isEqualTo("\uFFFD\uFFFD");
  }

  @Test
  void aPairOfSurrogatesIsKept() {
    assertThat(Text.storable("x" + LAPTOP + "\u0000")).isEqualTo("x" + LAPTOP);
  }

  @Test
  void storableTextIsTheSameString() {
    String text = "Máy tính xách tay";
    assertThat(Text.storable(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\t\r\n", "\u0000", " \u0000 ", "\u00A0", "\u3000\u2007", "\u001F"})
  void blankTextIsAbsent(String blank) {
    assertThat(Text.clean(blank)).isNull();
  }

  @Test
  void blanksAreTrimmedAtTheEndsOnly() {
    assertThat(Text.clean("\u00A0\t a  b \u0000\n")).isEqualTo("a  b");
  }

  @Test
  void textIsCutAfter8192CodePoints() {
    String full = "a".repeat(8_192);
    assertThat(Text.cut(full)).isSameAs(full);
    assertThat(Text.cut(full + "b")).isEqualTo(full);
  }

  @Test
  void aCutNeverSplitsAPairOfSurrogates() {
    String full = LAPTOP.repeat(8_192);
    assertThat(Text.cut(full)).isSameAs(full);
    assertThat(Text.cut(full + "b")).isEqualTo(full);
    assertThat(Text.cut("a".repeat(8_191) + LAPTOP + "b")).isEqualTo("a".repeat(8_191) + LAPTOP);
  }

  @Test
  void anIdOf200BytesIsKeptAndALongerOneIsHashed() throws Exception {
    assertThat(Text.boundedId("a".repeat(200))).isEqualTo("a".repeat(200));
    assertThat(Text.boundedId("a".repeat(201))).isEqualTo("sha256:" + sha256("a".repeat(201)));
  }

  @Test
  void anIdIsMeasuredInUtf8Bytes() throws Exception {
    // "ế" has three bytes, the laptop four.
    String fits = "ế".repeat(66) + "ab";
    String tooLong = "ế".repeat(67);
    assertThat(Text.boundedId(fits)).isEqualTo(fits);
    assertThat(Text.boundedId(tooLong)).isEqualTo("sha256:" + sha256(tooLong));
    assertThat(Text.boundedId(LAPTOP.repeat(50))).isEqualTo(LAPTOP.repeat(50));
    assertThat(Text.boundedId(LAPTOP.repeat(50) + "a")).startsWith("sha256:").hasSize(71);
  }

  private static String sha256(String text) throws Exception {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
  }
}
