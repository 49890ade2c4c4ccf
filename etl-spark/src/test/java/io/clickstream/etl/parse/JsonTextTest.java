package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.parse.JsonTree.NumberLiteral;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  @Test
  void fieldsAreWrittenInTheirOrder() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("b", List.of("x", Map.of(), List.of()));
    fields.put("a", null);
    fields.put("c", true);
    fields.put("d", 12L);
    assertThat(JsonText.of(fields))
        .isEqualTo("{\"b\":[\"x\",{},[]],\"a\":null,\"c\":true,\"d\":12}");
  }

  @Test
  void quotesBackslashesAndControlCharactersAreEscaped() {
    assertThat(JsonText.of("a\"b\\c\nd\u001f\u007fế"))
        .isEqualTo("\"a\\\"b\\\\c\\u000ad\\u001f\u007fế\"");
  }

  @Test
  void nulIsRemovedFromTextAndNames() {
    assertThat(JsonText.of(Map.of("a\u0000b", "c\u0000"))).isEqualTo("{\"ab\":\"c\"}");
  }

  @Test
  void loneSurrogatesAreReplacedInTextAndNames() {
    assertThat(JsonText.of(Map.of("\uD800", "\uDC00"))).isEqualTo("{\"\uFFFD\":\"\uFFFD\"}");
  }

  @Test
  void onlyComposedTextChangesItsForm() {
    Map<String, Object> fields = Map.of("te\u0302n", "Gia\u0309m");
    assertThat(JsonText.composed(fields)).isEqualTo("{\"t\u00EAn\":\"Gi\u1EA3m\"}");
    assertThat(JsonText.of(fields)).isEqualTo("{\"te\u0302n\":\"Gia\u0309m\"}");
    assertThat(JsonText.composed(List.of("a\u0000\u0301", "\uD800")))
        .isEqualTo("[\"\u00E1\",\"\uFFFD\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "1.10", "12345678901234567890.123", "1e300", "1E-300", "1e+0300"})
  void aNumberIsWrittenAsItsLiteralText(String literal) {
    assertThat(JsonText.of(new NumberLiteral(literal))).isEqualTo(literal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e301", "1E-301", "1e9999999", "0e99999999999999999999"})
  void aNumberWithAnExponentBeyond300IsNull(String literal) {
    assertThat(JsonText.of(Arrays.asList(new NumberLiteral(literal), null)))
        .isEqualTo("[null,null]");
  }

  @Test
  void aNumberOfMoreThan1000CharactersIsNull() {
    assertThat(JsonText.of(new NumberLiteral("1".repeat(1_000)))).hasSize(1_000);
    assertThat(JsonText.of(new NumberLiteral("1".repeat(1_001)))).isEqualTo("null");
  }
}
