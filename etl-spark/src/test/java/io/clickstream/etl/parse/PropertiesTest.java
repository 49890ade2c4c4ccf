package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever no column takes is kept, wherever it stands. */
class PropertiesTest {

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
        "{`clientTimestamp`:1,`sentAt`:2}|{`clientTimestamp`:1,`sentAt`:2}",
      })
  void keep(String payload, String expected) {
    ParsedRecord record = ParsedRecord.of(payload.replace('`', '"'));
    assertThat(record.get("properties"))
        .isEqualTo(expected == null ? null : expected.replace('`', '"'));
  }
}
