package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.schema.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RawKeyColumnsTest {

  private static final String ID = "0b8f1a52-6f3e-4c1d-9a57-1c2d3e4f5a6b";
  private static final String OTHER_ID = "0b8f1a52-6f3e-4c1d-9a57-1c2d3e4f5a6c";

  /** Parses records with one parser; returns hour, id and line of each. */
  private static List<List<Object>> columns(String... keys) {
    EventParser parser = new EventParser(new ParseRules(0));
    byte[] body = bytes("{'eventName':'a'}");
    return Stream.of(keys)
        .map(
            key -> {
              try {
                Object[] event = parser.parse(key, 0, body, body.length);
                return Arrays.asList(
                    event[Columns.STAGED_EVENT.indexOf("raw_hour")],
                    event[Columns.STAGED_EVENT.indexOf("raw_id")],
                    event[Columns.STAGED_EVENT.indexOf("raw_line")]);
              } catch (RejectedRecordException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void aKeyIsSplitIntoHourIdAndLine() {
    assertThat(
            columns(
                "2026/11/22/13/event-" + ID + ".json",
                "2026/11/22/13/batch-" + ID + ".ndjson#1",
                "2026/11/22/13/batch-" + ID + ".ndjson#12",
                "2026/11/22/14/batch-" + ID + ".ndjson#12",
                "2026/11/22/14/batch-" + OTHER_ID + ".ndjson#12"))
        .containsExactly(
            Arrays.asList(498709, ID, null),
            List.of(498709, ID, 1),
            List.of(498709, ID, 12),
            List.of(498710, ID, 12),
            List.of(498710, OTHER_ID, 12));
  }

  @Test
  void anotherKeyIsRefused() {
    assertThatThrownBy(() -> columns("2026/11/22/13/other-" + ID + ".json"))
        .hasMessageStartingWith("Cannot split the key '2026/11/22/13/other-");
  }
}
