package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueRuleTest {

  private static final String LAPTOP = "\uD83D\uDCBB";

  @Test
  void anonymousBecomesGuestInTheLoginStateOnly() {
    ParsedRecord event =
        with("'userLoginState':'anonymous','identitySource':'anonymous','eventName':'anonymous'");
    assertThat(event.get("user_login_state")).isEqualTo("guest");
    assertThat(event.get("identity_source")).isEqualTo("anonymous");
    assertThat(event.get("event_name")).isEqualTo("anonymous");
  }

  @ParameterizedTest
  @CsvSource({
    "Anonymous, guest",
    "ANONYMOUS, guest",
    "Guest, guest",
    "anonymous1, anonymous1",
    "Logged_In, Logged_In",
  })
  void aGuestsLoginStateHasNoCase(String sent, String stored) {
    assertThat(with("'user_login_state':'" + sent + "'").get("user_login_state")).isEqualTo(stored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0", "'0.0'", "-0", "'-0'", "0e0", "0E-3", "'00'", "'+0'", "'0x0'"})
  void aZeroInAnySpellingIsNoId(String zero) {
    ParsedRecord event = with("'eventId':%1$s,'clientId':%1$s,'order':{'id':%1$s}".formatted(zero));
    assertThat(event.get("event_id")).isEqualTo(with("'a':1").get("event_id"));
    assertThat(event.get("client_id")).isNull();
    assertThat(event.get("order_id")).isNull();
    assertThat(event.coerced()).isEqualTo("client_id,event_id,order_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "10", "'0.0.0'", "'0x1'", "-2"})
  void anyOtherNumberIsAnId(String number) {
    assertThat(with("'clientId':" + number).get("client_id")).isEqualTo(number.replace("'", ""));
  }

  @Test
  void placeholdersAreOrdinaryTextInOtherFields() {
    assertThat(with("'pageTitle':'undefined','eventName':'null'").get("page_title"))
        .isEqualTo("undefined");
  }

  @Test
  void aNumberOrABooleanInATextFieldIsTakenAsItsLiteralText() {
    assertThat(with("'userId':12345678901234567890").get("user_id"))
        .isEqualTo("12345678901234567890");
    assertThat(with("'userId':1.50E+3").get("user_id")).isEqualTo("1.50E+3");
    assertThat(with("'pageTitle':true").get("page_title")).isEqualTo("true");
  }

  @Test
  void anObjectOrAnArrayInATextFieldIsUnusable() {
    ParsedRecord event = with("'pageTitle':{'vi':'x'},'userId':['u']");
    assertThat(event.get("page_title")).isNull();
    assertThat(event.get("user_id")).isNull();
    assertThat(event.coerced()).isEqualTo("page_title,user_id");
  }

  @Test
  void anIdOfMoreThan200BytesIsHashed() {
    assertThat(with("'clientId':'" + "c".repeat(200) + "'").get("client_id"))
        .isEqualTo("c".repeat(200));
    String hashed = (String) with("'clientId':'" + "c".repeat(10_240) + "'").get("client_id");
    assertThat(hashed).matches("sha256:[0-9a-f]{64}");
    assertThat(with("'clientId':'" + "c".repeat(10_240) + "'").get("visitor_id"))
        .isEqualTo("c:" + hashed);
    assertThat((String) with("'userId':'" + "ế".repeat(67) + "'").get("user_id"))
        .startsWith("sha256:");
    assertThat((String) with("'sessionId':" + "1".repeat(201)).get("session_id"))
        .startsWith("sha256:");
  }

  @Test
  void otherTextIsCutAfter8192CodePoints() {
    assertThat((String) with("'pageTitle':'" + LAPTOP.repeat(9_000) + "'").get("page_title"))
        .isEqualTo(LAPTOP.repeat(8_192));
    assertThat((String) with("'identitySource':'" + "e".repeat(8_193) + "'").get("identity_source"))
        .hasSize(8_192);
  }

  @Test
  void loneSurrogatesAreReplacedAndNulIsRemoved() {
    assertThat(with("'pageTitle':'a\\ud83db\\u0000'").get("page_title")).isEqualTo("a\uFFFDb");
    assertThat(with("'clientId':'\\udcbb'").get("visitor_id")).isEqualTo("c:\uFFFD");
    assertThat(with("'pageTitle':'\\ud83d\\udcbb'").get("page_title")).isEqualTo(LAPTOP);
  }

  @ParameterizedTest
  @CsvSource({
    "'isFirstVisit', true, true",
    "'isFirstVisit', false, false",
    "'is_first_visit', true, true",
    "'isFirstVisit', '''true''', true",
    "'is_first_visit', '''false''', false",
  })
  void aBooleanIsTrueOrFalseOrTheirText(String name, String value, boolean expected) {
    assertThat(with("'" + name + "':" + value).get("is_first_visit")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "'yes'", "'TRUE'", "{}", "[true]"})
  void anyOtherValueOfABooleanIsUnusable(String value) {
    ParsedRecord event = with("'isFirstVisit':" + value);
    assertThat(event.get("is_first_visit")).isNull();
    assertThat(event.coerced()).isEqualTo("is_first_visit");
    assertThat(with("'isFirstVisit':" + value + ",'is_first_visit':true").get("is_first_visit"))
        .isEqualTo(true);
  }

  @Test
  void aLongProductIdIsHashed() {
    assertThat(
            (String) with("'product':{'id':'" + "p".repeat(201) + "'}").get("context_product_id"))
        .startsWith("sha256:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "['Laptop','Gaming'] | Laptop",
        "['',' ','Gaming'] | Gaming",
        "[{},7,'Gaming'] | Gaming",
        "'Laptop' | Laptop",
        "7 | 7",
      },
      quoteCharacter = '`')
  void theFirstTextOfACategoryArrayIsTaken(String category, String expected) {
    ParsedRecord event = with("'product':{'category':" + category + "}");
    assertThat(event.get("context_product_category")).isEqualTo(expected);
    assertThat(event.coerced()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[7,{}]", "['']", "{'name':'x'}"})
  void aCategoryWithoutTextIsUnusable(String category) {
    ParsedRecord event = with("'product':{'category':" + category + "}");
    assertThat(event.get("context_product_category")).isNull();
    assertThat(event.coerced()).isEqualTo("context_product_category");
  }

  @Test
  void anEmptyCategoryArrayIsAbsent() {
    assertThat(with("'product':{'category':[]}").coerced()).isNull();
  }

  private ParsedRecord priced(String price, int scale) {
    return ParsedRecord.of("{'product':{'price':" + price + "}}", new ParseRules(scale));
  }

  @ParameterizedTest
  @CsvSource({
    "12.5, 0, 13",
    "-12.5, 0, -13",
    "12.5, 2, 1250",
    "0.005, 2, 1",
    "'''12.5''', 0, 13",
    "'''  7 ''', 0, 7",
    "12.990, 0, 13",
    "'''12.99''', 0, 13",
    "'''12.9900''', 2, 1299",
    "9007199254740993, 0, 9007199254740993",
    "9223372036854775807, 0, 9223372036854775807",
    "-9223372036854775808, 0, -9223372036854775808",
  })
  void aPriceIsExactInMinorUnits(String price, int scale, long minor) {
    assertThat(priced(price, scale).get("context_product_price")).isEqualTo(minor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "1e9999999",
        "'abc'",
        "'1e400'",
        "true",
        "{}",
        "[1]",
        "1e31",
        "9223372036854775808",
        "-9223372036854775809",
        "'1.299.000'",
        "'12.990'",
        "' -1.299 '",
        "'1,299'",
        "'1.299,00'",
        "'₫12.990'",
      })
  void aPriceThatIsNotADecimalWithinTheBoundsIsUnusable(String price) {
    ParsedRecord event = priced(price, 0);
    assertThat(event.get("context_product_price")).isNull();
    assertThat(event.coerced()).isEqualTo("context_product_price");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "' '"})
  void anAbsentPriceIsNotReported(String price) {
    assertThat(priced(price, 0).get("context_product_price")).isNull();
    assertThat(priced(price, 0).coerced()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'đồng'", "'VN'", "'VNDX'", "704", "true", "{}"})
  void aCurrencyThatIsNotThreeLettersIsUnusable(String currency) {
    ParsedRecord event = with("'order':{'currency':" + currency + "}");
    assertThat(event.get("currency")).isNull();
    assertThat(event.coerced()).isEqualTo("currency");
  }

  @Test
  void aLongOrderIdIsHashed() {
    assertThat((String) with("'order':{'id':'" + "o".repeat(201) + "'}").get("order_id"))
        .startsWith("sha256:");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2",
    "2.0, 2",
    "'''2.0''', 2",
    "1.5, 1.5",
    "-1, -1",
    "0, 0",
    "1e2, 100",
    "999999999, 999999999",
  })
  void aQuantityIsADecimal(String quantity, String expected) {
    ParsedRecord event = with("'order':{'items':[{'productId':'a','quantity':" + quantity + "}]}");
    assertThat(event.json("order_items"))
        .isEqualTo("[{'product_id':'a','quantity':" + expected + "}]");
    assertThat(event.coerced()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'two'", "'1,5'", "1000000000", "1e31", "true", "{}", "[2]"})
  void anUnusableQuantityIsNullInItsLine(String quantity) {
    ParsedRecord event = with("'order':{'items':[{'productId':'a','quantity':" + quantity + "}]}");
    assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a','quantity':null}]");
    assertThat(event.coerced()).isEqualTo("order_items");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "' '"})
  void anAbsentQuantityIsLeftOutOfItsLine(String quantity) {
    ParsedRecord event = with("'order':{'items':[{'productId':'a','quantity':" + quantity + "}]}");
    assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'}]");
    assertThat(event.coerced()).isNull();
  }

  @Test
  void displayTextIsComposedAndIdsKeepTheirCharacters() {
    String decomposed = "o\u031b\u0300"; // o, horn, grave
    String composed = "\u1edd";
    ParsedRecord event =
        with(
            "'pageTitle':'%1$s','clientId':'%1$s','eventName':'%1$s','pageUrl':'/%1$s?utm_campaign=%1$s',"
                    .formatted(decomposed)
                + "'product':{'id':'%1$s','name':'%1$s','category':['%1$s'],'brand':'%1$s'},"
                    .formatted(decomposed)
                + "'order':{'items':[{'productId':'%1$s','name':'%1$s','category':'%1$s','brand':'%1$s'}]}"
                    .formatted(decomposed));
    for (String column :
        List.of(
            "page_title",
            "utm_campaign",
            "context_product_name",
            "context_product_category",
            "context_product_brand")) {
      assertThat(event.get(column)).as(column).isEqualTo(composed);
    }
    for (String column : List.of("client_id", "event_name", "context_product_id")) {
      assertThat(event.get(column)).as(column).isEqualTo(decomposed);
    }
    assertThat(event.get("page_path")).isEqualTo("/" + decomposed);
    assertThat(event.json("order_items"))
        .isEqualTo(
            "[{'product_id':'%2$s','name':'%1$s','category':'%1$s','brand':'%1$s'}]"
                .formatted(composed, decomposed));
  }

  @Test
  void displayTextIsCutAfterItIsComposed() {
    assertThat((String) with("'pageTitle':'" + "e\u0301".repeat(8_193) + "'").get("page_title"))
        .isEqualTo("\u00e9".repeat(8_192));
  }
}
