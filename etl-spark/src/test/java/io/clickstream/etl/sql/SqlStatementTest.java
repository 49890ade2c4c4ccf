package io.clickstream.etl.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SqlStatementTest {

  private static final SqlStatement EXAMPLE = SqlStatement.of(SqlStatementTest.class, "example");

  @Test
  void aPlaceholderIsReplacedWhereverItOccurs() {
    assertThat(EXAMPLE.with("events", "staging.events").with("gap_s", 1_800).text())
        .isEqualTo(
            """
            -- Grain: one row per event.
            SELECT event_id, occurred_at::DATE AS day FROM staging.events AS event
            WHERE event.visitor_id = :visitor_id AND event.occurred_at >= :since - INTERVAL '1800 seconds'
              AND event.occurred_at < :since AND event.event_id NOT IN (SELECT event_id FROM staging.events WHERE rank > 1)""");
  }

  @Test
  void aReplacementIsInsertedUnchanged() {
    assertThat(EXAMPLE.with("events", "\"a$1\\b\"").with("gap_s", 1).text())
        .contains("FROM \"a$1\\b\" AS event");
  }

  @Test
  void aStatementCanBeAFragmentOfAnother() {
    SqlStatement inner = EXAMPLE.with("events", "inner_events").with("gap_s", 1);
    assertThat(EXAMPLE.with("events", inner).with("gap_s", 2).text())
        .contains("FROM -- Grain")
        .contains("FROM inner_events AS event");
  }

  @Test
  void anIncompleteFragmentIsRefused() {
    assertThatThrownBy(() -> EXAMPLE.with("events", EXAMPLE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStatementItselfIsNotChangedByAReplacement() {
    EXAMPLE.with("events", "other").with("gap_s", 1);
    assertThatThrownBy(EXAMPLE::text).hasMessageContaining("${events}");
  }

  @Test
  void everyMissingReplacementIsNamedOnce() {
    assertThatThrownBy(EXAMPLE::text)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use example.sql: ${events}, ${gap_s} has no replacement.");
  }

  @Test
  void aReplacementForAnUnknownPlaceholderIsRefused() {
    assertThatThrownBy(() -> EXAMPLE.with("event", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot replace ${event}: example.sql has no such placeholder.");
  }

  @Test
  void aMissingResourceIsNamed() {
    assertThatThrownBy(() -> SqlStatement.of(SqlStatementTest.class, "absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot find the SQL resource absent.sql of " + SqlStatementTest.class.getName() + ".");
  }
}
