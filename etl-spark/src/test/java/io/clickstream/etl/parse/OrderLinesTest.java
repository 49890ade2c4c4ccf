package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderLinesTest {

  @Test
  void theOrderBlockFillsTheColumns() {
    ParsedRecord event =
        with(
            "'order':{'id':'DH-1','value':'25990000','currency':'vnd','items':["
                + "{'productId':7,'name':'Zenbook','category':['Laptop'],'brand':{'name':'Asus'},"
                + "'quantity':2,'price':12995000,'discountPrice':12000000.5}]}");
    assertThat(event.get("order_id")).isEqualTo("DH-1");
    assertThat(event.get("order_value_minor")).isEqualTo(25_990_000L);
    assertThat(event.get("currency")).isEqualTo("VND");
    assertThat(event.json("order_items"))
        .isEqualTo(
            "[{'product_id':'7','name':'Zenbook','category':'Laptop','brand':'Asus',"
                + "'quantity':2,'price_minor':12995000,'discount_price_minor':12000001}]");
    assertThat(event.get("properties")).isNull();
    assertThat(event.coerced()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "''",
        "' '",
        "[]",
        "[null]",
        "{'name':null}",
        "{'brand':{'name':''}}"
      })
  void anElementWithoutAValueIsNoLine(String item) {
    for (String items : List.of("[%s,{'productId':'a'}]", "[{'productId':'a'},%s]")) {
      ParsedRecord event = with("'order':{'items':" + items.formatted(item) + "}");
      assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'}]");
      assertThat(event.coerced()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "0", "false", "'foo'", "['foo']", "[0]"})
  void anElementWithAValueIsALineOfUnknownTotalUnlessItIsAnObject(String item) {
    ParsedRecord event = with("'order':{'items':[{'productId':'a'}," + item + "]}");
    assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'},{}]");
    assertThat(event.coerced()).isEqualTo("order_items");
  }

  @Test
  void itemsThatAreNotObjectsAreReportedAndBecomeLinesOfUnknownTotal() {
    ParsedRecord event = with("'order':{'items':[7,{'productId':'a'}]}");
    assertThat(event.json("order_items")).isEqualTo("[{},{'product_id':'a'}]");
    assertThat(event.coerced()).isEqualTo("order_items");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "12000 | 12000",
        "'12000.0' | 12000",
        "0 | 0",
        "'12.990' | null",
        "'12,5' | null",
        "false | null",
        "{} | null",
        "[] | null",
      })
  void anUnusableDiscountedPriceIsNullInItsLine(String sent, String stored) {
    for (String name : List.of("discountPrice", "discount_price")) {
      ParsedRecord event =
          with("'order':{'items':[{'price':20000,'%s':%s}]}".formatted(name, sent));
      assertThat(event.json("order_items"))
          .isEqualTo("[{'price_minor':20000,'discount_price_minor':%s}]".formatted(stored));
      assertThat(event.coerced()).isEqualTo(stored.equals("null") ? "order_items" : null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "' '"})
  void anAbsentDiscountedPriceIsLeftOut(String sent) {
    assertThat(
            with("'order':{'items':[{'price':20000,'discountPrice':" + sent + "}]}")
                .json("order_items"))
        .isEqualTo("[{'price_minor':20000}]");
  }

  @Test
  void emptyItemsAreLeftOut() {
    ParsedRecord event = with("'order':{'items':[null,{'productId':'a'},{}]}");
    assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'}]");
    assertThat(event.coerced()).isNull();
    assertThat(with("'order':{'items':[{'gift':true}]}").json("order_items")).isEqualTo("[{}]");
  }

  @Test
  void ofALongOrderTheLastLineStandsForTheRest() {
    String line = "{'productId':'a','quantity':1}";
    ParsedRecord longest = with("'order':{'items':[" + (line + ",").repeat(199) + line + "]}");
    assertThat(longest.json("order_items")).endsWith("{'product_id':'a','quantity':1}]");
    assertThat(longest.coerced()).isNull();
    ParsedRecord longer =
        with("'order':{'items':[" + (line + ",{},").repeat(5_000) + line + ",null]}");
    assertThat(longer.json("order_items"))
        .isEqualTo("[" + "{'product_id':'a','quantity':1},".repeat(199) + "{'quantity':null}]");
    assertThat(longer.coerced()).isEqualTo("order_items");
  }

  @Test
  void aValueIsFromZeroToTenToTheFifteen() {
    assertThat(with("'order':{'value':0}").get("order_value_minor")).isEqualTo(0L);
    assertThat(with("'order':{'value':1e15}").get("order_value_minor"))
        .isEqualTo(1_000_000_000_000_000L);
    for (String value : new String[] {"-1", "1000000000000001", "1e18"}) {
      ParsedRecord event =
          with("'order':{'value':" + value + "},'element':{'dataset':{'total':'7'}}");
      assertThat(event.get("order_value_minor")).isEqualTo(7L);
      assertThat(event.coerced()).isEqualTo("order_value");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000000000000001", "1e18", "'12.990'", "'1,299'", "'abc'", "{}", "true"})
  void anUnusableValueIsMarked(String value) {
    ParsedRecord event = with("'order':{'value':" + value + "}");
    assertThat(event.get("order_value_minor")).isNull();
    assertThat(event.get("is_order_value_unusable")).isEqualTo(true);
    assertThat(event.coerced()).isEqualTo("order_value");
    assertThat(with("'element':{'dataset':{'total':" + value + "}}").get("is_order_value_unusable"))
        .isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "'-1'", "-0.6"})
  void aValueBelowZeroIsThatOfItsLines(String value) {
    ParsedRecord event = with("'order':{'value':" + value + "}");
    assertThat(event.get("order_value_minor")).isNull();
    assertThat(event.get("is_order_value_unusable")).isNull();
    assertThat(event.coerced()).isEqualTo("order_value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "null", "''", "' '"})
  void aUsableOrAbsentValueIsNotMarked(String value) {
    assertThat(with("'order':{'value':" + value + "}").get("is_order_value_unusable")).isNull();
    assertThat(
            with("'order':{'value':" + value + "},'element':{'dataset':{'total':7}}")
                .get("is_order_value_unusable"))
        .isNull();
    assertThat(
            with("'order':{'value':'x'},'element':{'dataset':{'total':7}}")
                .get("is_order_value_unusable"))
        .isNull();
  }

  @Test
  void onlyTheGatewaySignsAnEvent() {
    assertThat(with("'signed':true").get("is_signed")).isEqualTo(false);
    assertThat(with("'_ingest':{'signed':true}").get("is_signed")).isEqualTo(true);
    assertThat(with("'_ingest':{'signed':'yes'}").get("is_signed")).isEqualTo(false);
  }

  @Test
  void itemsThatAreNotAnArrayAreReported() {
    assertThat(with("'order':{'items':[null,{}]}").get("order_items")).isNull();
    assertThat(with("'order':{'items':'x'}").coerced()).isEqualTo("order_items");
    assertThat(with("'order':{'items':[]}").get("order_items")).isNull();
  }
}
