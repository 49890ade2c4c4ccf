package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "12990000, 12990000",
    "12.4, 12",
    "12.5, 13",
    "12.49999999999999999999999, 12",
    "0.5, 1",
    "-0.4, 0",
    "-0.5, -1",
    "-12.5, -13",
    "1.299e7, 12990000",
    "1.299E+7, 12990000",
    "125e-1, 13",
    "1e-30, 0",
  })
  void atScaleZeroAPriceRoundsHalfUpAwayFromZero(String literal, long minor) {
    assertThat(Decimals.minorUnits(literal, 0)).isEqualTo(minor);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 1200",
    "12.5, 1250",
    "12.344, 1234",
    "12.345, 1235",
    "-12.345, -1235",
    "1.005, 101",
    "0.1e1, 100",
  })
  void atScaleTwoAPriceKeepsCents(String literal, long minor) {
    assertThat(Decimals.minorUnits(literal, 2)).isEqualTo(minor);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2",
    "2.0, 2",
    "2.50, 2.5",
    "1.5, 1.5",
    "-1, -1",
    "-0, 0",
    "0.00, 0",
    "2e0, 2",
    "1.5E2, 150",
    "5e-3, 0.005",
    "0.30000000000000004, 0.30000000000000004",
    "999999999.999, 999999999.999",
    "-999999999, -999999999",
  })
  void aQuantityIsADecimalWithoutZerosAtItsEnd(String literal, String quantity) {
    assertThat(Decimals.quantity(literal)).isEqualTo(quantity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1000000000",
        "-1000000000",
        "1e9",
        "1e31",
        "0e31",
        "1,5",
        "2 kg",
        "NaN",
        "",
        "+1"
      })
  void anythingElseIsNotAQuantity(String literal) {
    assertThat(Decimals.quantity(literal)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2",
    "2.0, 2",
    "1.7953527071E12, 1795352707100",
    "-20e-1, -2",
    "9223372036854775807.0, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
  })
  void aWholeNumberMayBeWrittenAsADecimal(String literal, long number) {
    assertThat(Decimals.whole(literal)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e31", "x", ""})
  void anythingElseIsNotAWholeNumber(String literal) {
    assertThat(Decimals.whole(literal)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "12.990, true",
    "-1.299, true",
    "0.500, true",
    "12.99, false",
    "12.9900, false",
    "12990, false",
    "12.990e0, false",
    "12.990.000, false",
  })
  void aPriceInTextIsAmbiguousIfADotStandsBeforeExactlyThreeDigits(
      String text, boolean isAmbiguous) {
    assertThat(Decimals.isAmbiguous(text)).isEqualTo(isAmbiguous);
  }

  @Test
  void aPriceBeyondThePrecisionOfADoubleIsExact() {
    assertThat(Decimals.minorUnits("9007199254740993", 0)).isEqualTo(9_007_199_254_740_993L);
  }

  @Test
  void aPriceMustFit64Bits() {
    assertThat(Decimals.minorUnits("9223372036854775807", 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(Decimals.minorUnits("9223372036854775808", 0)).isNull();
    assertThat(Decimals.minorUnits("9223372036854775807.4", 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(Decimals.minorUnits("9223372036854775807.5", 0)).isNull();
    assertThat(Decimals.minorUnits("-9223372036854775808", 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(Decimals.minorUnits("-9223372036854775809", 0)).isNull();
    assertThat(Decimals.minorUnits("92233720368547758.07", 2)).isEqualTo(Long.MAX_VALUE);
    assertThat(Decimals.minorUnits("92233720368547758.08", 2)).isNull();
  }

  @Test
  void anExponentOf30IsAcceptedAndOneOf31IsNot() {
    assertThat(Decimals.minorUnits("0.000000000000000000000000000001e30", 0)).isEqualTo(1L);
    assertThat(Decimals.minorUnits("0e30", 0)).isZero();
    assertThat(Decimals.minorUnits("0e31", 0)).isNull();
    assertThat(Decimals.minorUnits("1000e-30", 0)).isZero();
    assertThat(Decimals.minorUnits("1000e-31", 0)).isNull();
    assertThat(Decimals.minorUnits("0e0000000000000000000030", 0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "1e9999999",
        "1e-9999999",
        "1e99999999999999999999",
        "abc",
        "",
        "-",
        "+1",
        "01",
        ".5",
        "5.",
        "1,5",
        "1 000",
        "0x10",
        "NaN",
        "Infinity",
        "1e",
        "true",
        "١٢",
      })
  void textThatIsNotANumberOrIsTooLargeIsNotAPrice(String literal) {
    assertThat(Decimals.minorUnits(literal, 0)).isNull();
  }

  @Test
  void aLiteralOfMoreThan1000CharactersIsNotAPrice() {
    assertThat(Decimals.minorUnits("1." + "0".repeat(998), 0)).isEqualTo(1L);
    assertThat(Decimals.minorUnits("1." + "0".repeat(999), 0)).isNull();
  }
}
