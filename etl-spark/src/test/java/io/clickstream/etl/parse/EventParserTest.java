package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.NameBasedUuid;
import org.junit.jupiter.api.Test;

class EventParserTest {

  private static String ofKey() {
    return NameBasedUuid.of(NameBasedUuid.OBJECT_KEY, KEY).toString();
  }

  @Test
  void theSameBytesUnderTheSameKeyGiveTheSameRow() {
    String payload = "{'a':1,'product':{'price':'x'},'clientId':'undefined','pageUrl':'/?gclid=1'}";
    ParsedRecord first = ParsedRecord.of(payload);
    ParsedRecord second = ParsedRecord.of(payload);
    assertThat(first.row()).isEqualTo(second.row());
    assertThat(first.coerced())
        .isEqualTo(second.coerced())
        .isEqualTo("client_id,context_product_price");
  }

  @Test
  void anEmptyIngestBlockIsEnoughForAnEvent() {
    ParsedRecord event = ParsedRecord.of("{'_ingest':{}}");
    assertThat(event.get("event_name")).isEqualTo("unknown");
    assertThat(event.get("event_id")).isEqualTo(ofKey());
    assertThat(event.get("visitor_id")).isEqualTo("e:" + ofKey());
  }
}
