package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceColumnsTest {

  @Test
  void theUserAgentIsThatOfTheRequest() {
    ParsedRecord event =
        ParsedRecord.of(
            "{'_ingest':{'userAgent':'Mozilla/5.0 (compatible; Googlebot/2.1;"
                + " +http://www.google.com/bot.html)'},'userAgent':'mine'}");
    assertThat((String) event.get("user_agent")).contains("Googlebot");
    assertThat(event.get("is_bot")).isEqualTo(true);
    assertThat(event.get("device_category")).isEqualTo("bot");
    assertThat(event.json("properties")).isEqualTo("{'userAgent':'mine'}");
  }

  @Test
  void aBackEndIsAServerAndNotABot() {
    ParsedRecord event = ParsedRecord.of("{'_ingest':{'userAgent':'Java/17.0.9'}}");
    assertThat(event.get("is_bot")).isEqualTo(false);
    assertThat(event.get("device_category")).isEqualTo("server");
  }

  @Test
  void withoutAUserAgentTheEventIsNotABotsAndTheDeviceIsUnknown() {
    assertThat(with("'a':1").get("is_bot")).isEqualTo(false);
    assertThat(with("'a':1").get("device_category")).isNull();
  }
}
