package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  private final StringBuilder out = new StringBuilder();
  private final JsonText json = new JsonText(out);

  @Test
  void onlyCharactersThatJsonRequiresAreEscaped() {
    json.quoted("27\" \\ \n \u0001 Màn hình 🔥");
    assertThat(out).hasToString("\"27\\\" \\\\ \\u000a \\u0001 Màn hình 🔥\"");
  }

  @Test
  void commasSeparateMembers() {
    json.open('{').text("a", null).number("b", -1).name("c").open('{').close('}').bool("d", true);
    json.members(null).members("\"e\":1").close('}');
    assertThat(out).hasToString("{\"a\":null,\"b\":-1,\"c\":{},\"d\":true,\"e\":1}");
  }

  @Test
  void timesHaveThreeOrSixDecimals() {
    long at = Instant.parse("2026-01-02T03:04:05.007Z").toEpochMilli();
    json.open('{').time("a", at).timeInMicros("b", at).close('}');
    assertThat(out)
        .hasToString("{\"a\":\"2026-01-02T03:04:05.007Z\",\"b\":\"2026-01-02T03:04:05.007000Z\"}");
  }
}
