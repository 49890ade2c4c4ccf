package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonColumnsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{`x`:null}|{`x`:null}",
        "{`product`:null,`order`:null,`element`:null}|",
        "{`product`:{`id`:`1`,`sku`:`s`}}|{`product`:{`sku`:`s`}}",
        "{`product`:{`brand`:{`name`:`n`,`logo`:`l`}}}|{`product`:{`brand`:{`logo`:`l`}}}",
        "{`product`:{`brandId`:{`name`:`n`,`id`:7}}}|{`product`:{`brandId`:{`id`:7}}}",
        "{`product`:{`category`:[`a`]}}|",
        "{`product`:{`category`:[`a`,`b`]}}|{`product`:{`category`:[`a`,`b`]}}",
        "{`order`:{`id`:`o`,`coupon`:`c`}}|{`order`:{`coupon`:`c`}}",
        "{`order`:{`items`:[{`productId`:`1`},{`name`:`n`,`gift`:true}]}}|{`order`:{`items`:[null,{`gift`:true}]}}",
        "{`order`:{`items`:[{`productId`:`1`}]}}|",
        "{`element`:`text`,`product`:3}|{`element`:`text`,`product`:3}",
        "{`element`:{`tag`:`A`,`other`:1}}|",
        "{`clientTimestamp`:1,`sentAt`:2}|",
        "{`category`:{`slug`:`s`,`name`:`n`,`id`:7}}|{`category`:{`id`:7}}",
        "{`category`:`c`}|",
        "{`category`:{`slug`:`s`}}|",
        "{`category`:[`a`]}|",
        "{`category`:[`a`,`b`]}|{`category`:[`a`,`b`]}",
        "{`userId`:{`id`:1}}|",
      })
  void fieldsThatNoColumnTakesAreKept(String payload, String expected) {
    ParsedRecord record = ParsedRecord.of(payload.replace('`', '"'));
    assertThat(record.get("properties"))
        .isEqualTo(expected == null ? null : expected.replace('`', '"'));
  }

  @Test
  void fieldsWithoutAColumnAreKept() {
    ParsedRecord event =
        with(
            "'eventId':'a','eventName':'click','z':[1,{'b':null}],'a':'x',"
                + "'sent':1795352700500,'product':{'id':1,'ram':'32 GB'},"
                + "'context_product':{'color':'đen'},'order':{'id':'A','coupon':'TET'}");
    assertThat(event.json("properties"))
        .isEqualTo(
            "{'z':[1,{'b':null}],'a':'x','sent':1795352700500,'product':{'ram':'32 GB'},"
                + "'context_product':{'color':'đen'},'order':{'coupon':'TET'}}");
  }

  @Test
  void aNameThatOnlyResemblesAColumnIsKept() {
    assertThat(with("'context_product_sku':'S1','context_product_':1").json("properties"))
        .isEqualTo("{'context_product_sku':'S1','context_product_':1}");
  }

  @Test
  void propertiesAreNullIfNothingIsLeft() {
    assertThat(with("'eventId':'a','product':{'id':1},'order':{}").get("properties")).isNull();
  }

  @Test
  void numbersKeepTheirLiteralTextWithinTheBounds() {
    assertThat(
            with("'a':1.10,'b':1e300,'c':1e301,'d':-1E-301,'e':1e400,'f':1e9999999")
                .json("properties"))
        .isEqualTo("{'a':1.10,'b':1e300,'c':null,'d':null,'e':null,'f':null}");
    assertThat(with("'a':" + "1".repeat(1_000)).json("properties")).hasSize(1_006);
    assertThat(with("'a':" + "1".repeat(1_001)).json("properties")).isEqualTo("{'a':null}");
  }

  @Test
  void namesAndTextHaveNoNulAndNoLoneSurrogate() {
    assertThat(with("'a\\u0000':'b\\u0000','\\ud800':'\\udc00'").json("properties"))
        .isEqualTo("{'a':'b','\uFFFD':'\uFFFD'}");
  }

  @Test
  void theLastOfDuplicateNamesWins() {
    ParsedRecord event = with("'clientId':'a','x':1,'clientId':'b','x':2");
    assertThat(event.get("client_id")).isEqualTo("b");
    assertThat(event.json("properties")).isEqualTo("{'x':2}");
  }

  @Test
  void anArrayNestedTo64LevelsIsKept() {
    String nested = "[".repeat(63) + "]".repeat(63);
    assertThat(with("'x':" + nested).json("properties")).isEqualTo("{'x':" + nested + "}");
  }

  @Test
  void fieldsThatDescribeTheBrowserStandApart() {
    ParsedRecord event =
        with(
            "'language':'vi','x':1,'timezone':null,'viewport':{'width':1},'trackerVersion':[2],"
                + "'product':{'language':'en'}");
    assertThat(event.json("client_properties"))
        .isEqualTo("{'language':'vi','timezone':null,'viewport':{'width':1},'trackerVersion':[2]}");
    assertThat(event.json("properties")).isEqualTo("{'x':1,'product':{'language':'en'}}");
    assertThat(with("'language':'vi'").get("properties")).isNull();
    assertThat(with("'x':1").get("client_properties")).isNull();
  }
}
