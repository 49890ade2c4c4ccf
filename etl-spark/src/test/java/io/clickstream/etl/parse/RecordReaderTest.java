package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.clickstream.event.Limits;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {

  private final RecordReader reader = new RecordReader();

  private Map<String, Object> read(byte[] body) throws RejectedRecordException {
    return reader.read(body, body.length);
  }

  private RejectedRecordException rejection(byte[] body) {
    return catchThrowableOfType(RejectedRecordException.class, () -> read(body));
  }

  private Rejection reason(String body) {
    return rejection(bytes(body)).reason();
  }

  private Rejection reasonOfHex(String hex) {
    return rejection(HexFormat.of().parseHex(hex)).reason();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\r\n \n"})
  void noBytesOrOnlyBlanksAreEmpty(String body) {
    assertThat(reason(body)).isEqualTo(Rejection.EMPTY);
  }

  @Test
  void aLoneByteOrderMarkIsEmpty() {
    assertThat(reasonOfHex("efbbbf")).isEqualTo(Rejection.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " { } ", "\n{\t}\n"})
  void anObjectWithoutFieldsIsRejected(String body) {
    assertThat(reason(body)).isEqualTo(Rejection.EMPTY_OBJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{'a':1}]",
        "[[[]]]",
        "1",
        "-1.5e3",
        "'text'",
        "''",
        "true",
        "false",
        "null"
      })
  void anArrayOrAScalarIsRejected(String body) {
    assertThat(reason(body)).isEqualTo(Rejection.NOT_AN_OBJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1",
        "{'a':",
        "{'a'",
        "{'a",
        "{",
        "[1,2",
        "[",
        "'a",
        "tru",
        "-",
        "{'a':1,}",
        "{,'a':1}",
        "{'a' 1}",
        "{'a':1 'b':2}",
        "{'a':01}",
        "{'a':+1}",
        "{'a':.5}",
        "{'a':1.}",
        "{'a':1e}",
        "{'a':0x1}",
        "{'a':NaN}",
        "{'a':-Infinity}",
        "{'a':True}",
        "{'a':nul}",
        "{a:1}",
        "{1:1}",
        "{null:1}",
        "{'a':[1,]}",
        "{'a':[,1]}",
        "{'a':1]",
        "{/* c */'a':1}",
        "{'a':1//\n}",
        "#\n{'a':1}",
        "}",
        "]",
        "{'a':'\t'}",
        "{'a':'\u0000'}",
        "{'a':'\\x41'}",
        "{'a':'\\u12'}",
        "\u0000",
        "\u0000\u0000\u0000",
        "\u00A0{'a':1}",
        "\u000B{'a':1}",
        "<html></html>",
        "a=1&b=2",
        "12abc",
      })
  void textThatIsNotJsonByTheRfcIsRejected(String body) {
    assertThat(reason(body)).isEqualTo(Rejection.INVALID_JSON);
  }

  @Test
  void singleQuotesAreNotJson() {
    assertThat(rejection("{'a':1}".getBytes(StandardCharsets.UTF_8)).reason())
        .isEqualTo(Rejection.INVALID_JSON);
    assertThat(rejection("{\"a\":'b'}".getBytes(StandardCharsets.UTF_8)).reason())
        .isEqualTo(Rejection.INVALID_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1}{'b':2}",
        "{'a':1} {'b':2}",
        "{'a':1}\n{'b':2}",
        "{'a':1},",
        "{'a':1}}",
        "{'a':1}]",
        "{'a':1}x",
        "{'a':1}'",
        "{'a':1} null",
        "{'a':1}\u0000",
        "{'a':1}\uFEFF",
        "{'a':1}//",
        "{}{}",
        "[] []",
        "'a' 'b'",
        "1 2",
      })
  void textAfterTheValueIsTrailingContent(String body) {
    assertThat(reason(body)).isEqualTo(Rejection.TRAILING_CONTENT);
  }

  @Test
  void blanksAroundTheObjectAreAccepted() throws Exception {
    assertThat(read(bytes(" \t\r\n{'a':true} \t\r\n"))).containsExactly(Map.entry("a", true));
  }

  @Test
  void oneByteOrderMarkIsAllowedAndASecondIsNot() throws Exception {
    assertThat(read(bytes("\uFEFF{'a':true}"))).containsKey("a");
    assertThat(reason("\uFEFF\uFEFF{'a':true}")).isEqualTo(Rejection.INVALID_JSON);
    assertThat(reason(" \uFEFF{'a':true}")).isEqualTo(Rejection.INVALID_JSON);
  }

  @ParameterizedTest
  @CsvSource({
    "7b2261223a22ff227d, a byte that UTF-8 never has",
    "7b2261223a22e1ba227d, a sequence that ends too early",
    "7b2261223a22c0af227d, an overlong slash",
    "7b2261223a22c080227d, an overlong NUL",
    "7b2261223a22e080af227d, an overlong slash of three bytes",
    "7b2261223a22eda0bdedb2bb227d, surrogates encoded as in CESU-8",
    "7b2261223a22eda080227d, a lone surrogate encoded",
    "7b2261223a22f4908080227d, beyond the last code point",
    "7b2261223a2280227d, a continuation without a start",
    "7b2261223a31e1, an end inside a character",
    "fffe7b002200610022003a0031007d00, UTF-16 little endian with its mark",
    "feff007b00220061, UTF-16 big endian with its mark",
    "efbbbfff, a fault behind the byte order mark",
  })
  void bytesThatAreNotUtf8AreRejected(String hex, String why) {
    assertThat(reasonOfHex(hex)).as(why).isEqualTo(Rejection.INVALID_UTF8);
  }

  @Test
  void utf16WithoutAByteOrderMarkIsNotJson() {
    byte[] utf16 = "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE);
    assertThat(rejection(utf16).reason()).isEqualTo(Rejection.INVALID_JSON);
    byte[] bigEndian = "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE);
    assertThat(rejection(bigEndian).reason()).isEqualTo(Rejection.INVALID_JSON);
  }

  @Test
  void aRejectionNamesThePlace() {
    assertThat(rejection(bytes("{'a':\nx}"))).hasMessageStartingWith("not JSON at line 2, column ");
    assertThat(rejection(bytes("{'a':1} x")))
        .hasMessage("something follows the JSON value at line 1, column 8");
    assertThat(rejection(HexFormat.of().parseHex("7b22ff"))).hasMessage("not UTF-8 at byte 3");
    assertThat(rejection(bytes("[1]"))).hasMessage("an array, not an object");
    assertThat(rejection(bytes("1"))).hasMessage("a scalar, not an object");
  }

  @Test
  void nesting64DeepIsReadAnd65DeepIsRejected() throws Exception {
    assertThat(read(nested(64))).containsKey("a");
    assertThat(rejection(nested(65)).reason()).isEqualTo(Rejection.TOO_DEEP);
    assertThat(rejection(nested(10_000)).reason()).isEqualTo(Rejection.TOO_DEEP);
    assertThat(rejection(nested(10_000))).hasMessage("nested deeper than 64 levels");
  }

  @Test
  void arraysCountAsLevels() throws Exception {
    assertThat(read(bytes("{'a':" + "[".repeat(63) + "]".repeat(63) + "}"))).containsKey("a");
    assertThat(reason("{'a':" + "[".repeat(64) + "]".repeat(64) + "}"))
        .isEqualTo(Rejection.TOO_DEEP);
    assertThat(reason("[".repeat(64) + "]".repeat(64))).isEqualTo(Rejection.NOT_AN_OBJECT);
    assertThat(reason("[".repeat(65) + "]".repeat(65))).isEqualTo(Rejection.TOO_DEEP);
    assertThat(reason("[".repeat(10_000))).isEqualTo(Rejection.TOO_DEEP);
  }

  /** Returns nested objects; the outermost has depth 1. */
  private static byte[] nested(int levels) {
    return bytes("{'a':".repeat(levels - 1) + "{'b':1}" + "}".repeat(levels - 1));
  }

  @Test
  void oneMebibyteIsReadAndOneByteMoreIsTooLarge() throws Exception {
    String frame = "{'a':''}";
    String fits = "{'a':'" + "x".repeat(Limits.RECORD_BYTES - frame.length()) + "'}";
    assertThat(read(bytes(fits))).containsKey("a");
    assertThat(reason(fits + " ")).isEqualTo(Rejection.TOO_LARGE);
  }

  @Test
  void aTooLargeRecordIsRejectedByItsLength() {
    assertThat(
            catchThrowableOfType(
                RejectedRecordException.class, () -> reader.read(bytes("{'a"), 5_000_000)))
        .hasMessage("5000000 bytes, the limit is 1048576")
        .extracting(RejectedRecordException::reason)
        .isEqualTo(Rejection.TOO_LARGE);
  }

  @Test
  void aNameCanBeAsLongAsTheRecord() throws Exception {
    assertThat(read(bytes("{'" + "n".repeat(60_000) + "':true}"))).containsValue(true);
  }

  @Test
  void aNumberCanBeAsLongAsTheRecord() throws Exception {
    assertThat(read(bytes("{'a':" + "9".repeat(500_000) + "}"))).containsKey("a");
  }

  @Test
  void theLastOfDuplicateNamesWins() throws Exception {
    assertThat(read(bytes("{'a':1,'b':true,'a':false}")))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", false, "b", true));
    assertThat(read(bytes("{'a':{'b':true,'b':false}}"))).containsEntry("a", Map.of("b", false));
  }

  @Test
  void anObjectWithOnlyANullIsNotEmpty() throws Exception {
    assertThat(read(bytes("{'a':null}"))).containsKey("a");
    assertThat(read(bytes("{'':null}"))).containsKey("");
  }

  @Test
  void aRecordDoesNotAffectTheNextOne() throws Exception {
    read(bytes("{'a':'" + "x".repeat(100_000) + "'}"));
    assertThat(reasonOfHex("7b22ff")).isEqualTo(Rejection.INVALID_UTF8);
    assertThat(read(bytes("{'b':true}"))).containsExactly(Map.entry("b", true));
  }
}
