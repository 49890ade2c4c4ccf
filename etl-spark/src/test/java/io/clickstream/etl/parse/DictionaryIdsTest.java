package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DictionaryIdsTest {

  private static Object page(String fields) {
    return with(fields).get("page_id");
  }

  @Test
  void equalValuesHaveOneIdWhateverElseTheEventSays() {
    assertThat(page("'pageUrl':'/a?x=1','pageTitle':'A','clientId':'c'"))
        .isEqualTo(page("'pageUrl':'/a#y','pageTitle':'A'"))
        .isEqualTo("9f5a14ac-1a55-8d84-99a5-713b685d5cc4");
  }

  @Test
  void otherValuesHaveAnotherId() {
    assertThat(
            Stream.of(
                "'pageUrl':'/a'",
                "'pageUrl':'/b'",
                "'pageUrl':'/a','pageTitle':'A'",
                "'pageUrl':'/a','pageCategory':'A'",
                "'pageTitle':'/a'"))
        .extracting(DictionaryIdsTest::page)
        .doesNotHaveDuplicates();
  }

  @Test
  void anIdIsAUuidOfVersion8() {
    UUID id = UUID.fromString((String) with("'referrer':'https://x.example/'").get("referrer_id"));
    assertThat(id.version()).isEqualTo(8);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void anEventWithoutValuesHasNoIds() {
    ParsedRecord event = with("'eventName':'a'");
    assertThat(
            Stream.of("page_id", "referrer_id", "agent_id", "element_id")
                .map(column -> String.valueOf(event.get(column))))
        .containsOnly("null");
  }

  @Test
  void aLongValueHasAnIdToo() {
    String title = "'pageTitle':'" + "x".repeat(2_000);
    assertThat(page(title + "'")).isEqualTo(page(title + "'")).isNotEqualTo(page(title + "y'"));
  }
}
