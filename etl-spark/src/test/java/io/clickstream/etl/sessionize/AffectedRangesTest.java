package io.clickstream.etl.sessionize;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.testing.TestWarehouses;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs the query, with a gap of 30 minutes, on temporary tables that have only the columns that it
 * reads. Times are those of one day; the first and last events of sessions have ids of their own.
 */
class AffectedRangesTest {

  private static final long GAP_SECONDS = 1_800;

  private static Connection connection;

  @BeforeAll
  static void connect() throws SQLException {
    connection = TestWarehouses.connect(TestWarehouses.empty());
    execute(SqlStatement.of(AffectedRangesTest.class, "create_tables").text());
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    execute("TRUNCATE clickstream_sessions, changes");
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String id(int number) {
    return "00000000-0000-0000-0000-%012d".formatted(number);
  }

  /** Stores a session of visitor {@code v}; its events have the ids number and number + 1. */
  private static void session(int number, String start, String end) throws SQLException {
    execute(
        "INSERT INTO clickstream_sessions VALUES ('%1$s', 'v', '%3$s', '%4$s', '%1$s', '%2$s')"
            .formatted(id(number), id(number + 1), at(start), at(end)));
  }

  private static void inserted(int event, String time) throws SQLException {
    change("v", event, time, true);
  }

  private static void removed(int event, String time) throws SQLException {
    change("v", event, time, false);
  }

  private static void change(String visitor, int event, String time, boolean inserted)
      throws SQLException {
    execute(
        "INSERT INTO changes VALUES ('%s', '%s', '%s', %s)"
            .formatted(visitor, at(time), id(event), inserted));
  }

  private static String at(String time) {
    return "2026-11-22 " + time + "+00";
  }

  /** Returns {@code visitor opens_at-closes_at}, and the continued session's number. */
  private static List<String> ranges() throws SQLException {
    List<String> ranges = new ArrayList<>();
    String query =
        "SELECT visitor_id || ' ' || opens_at::TIME || '-' || CASE WHEN isfinite(closes_at)"
            + " THEN closes_at::TIME::TEXT ELSE 'end' END"
            + " || coalesce(' continues ' || right(continued_session_key::TEXT, 1), '') FROM ("
            + AffectedRanges.query("changes", GAP_SECONDS)
            + ") affected ORDER BY visitor_id, opens_at";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        ranges.add(rows.getString(1));
      }
    }
    return ranges;
  }

  @Test
  void aFirstEventAffectsTheRangeFromItToTheEnd() throws SQLException {
    inserted(50, "10:00");
    assertThat(ranges()).containsExactly("v 10:00:00-end");
  }

  @Test
  void aSessionThatEndedExactlyTheGapBeforeIsContinued() throws SQLException {
    session(1, "09:00", "09:30");
    inserted(50, "10:00");
    assertThat(ranges()).containsExactly("v 09:00:00-end continues 1");
  }

  @Test
  void aSessionThatEndedMoreThanTheGapBeforeIsNotAffected() throws SQLException {
    session(1, "09:00", "09:29:59.999999");
    inserted(50, "10:00");
    assertThat(ranges()).containsExactly("v 10:00:00-end");
  }

  @Test
  void anInsertionInsideASessionAffectsThatSessionOnly() throws SQLException {
    session(1, "09:00", "09:30");
    session(3, "10:00:00.000001", "10:10");
    inserted(50, "09:10");
    assertThat(ranges()).containsExactly("v 09:00:00-10:00:00.000001");
  }

  @Test
  void aRemovalInsideASessionAffectsWhatFollowsWithinTheGap() throws SQLException {
    session(1, "05:00", "11:45");
    session(3, "12:00", "12:10");
    session(5, "13:00", "13:10");
    removed(50, "11:40");
    assertThat(ranges()).containsExactly("v 05:00:00-13:00:00");
  }

  @Test
  void aSessionThatStartsExactlyTheGapAfterTheChangeIsAffected() throws SQLException {
    session(1, "10:30", "10:40");
    session(3, "12:00", "12:10");
    inserted(50, "10:00");
    assertThat(ranges()).containsExactly("v 10:00:00-12:00:00");
  }

  @Test
  void aSessionThatStartsMoreThanTheGapAfterTheChangeIsNotAffected() throws SQLException {
    session(1, "10:30:00.000001", "10:40");
    inserted(50, "10:00");
    assertThat(ranges()).containsExactly("v 10:00:00-10:30:00.000001");
  }

  @Test
  void aChangeOfASessionsLastEventReadsTheSession() throws SQLException {
    session(1, "09:00", "09:30");
    removed(2, "09:30");
    assertThat(ranges()).containsExactly("v 09:00:00-end");
  }

  @Test
  void anEventAtTheInstantOfASessionsLastEventContinuesIt() throws SQLException {
    session(1, "09:00", "09:30");
    inserted(50, "09:30");
    assertThat(ranges()).containsExactly("v 09:00:00-end continues 1");
  }

  @Test
  void changesWithinTheGapShareARange() throws SQLException {
    inserted(50, "10:00");
    inserted(51, "10:30");
    assertThat(ranges()).containsExactly("v 10:00:00-end");
  }

  @Test
  void changesOfTwoPartsOfAHistoryHaveTwoRanges() throws SQLException {
    session(1, "09:00", "09:30");
    session(3, "12:00", "12:30");
    session(5, "15:00", "15:30");
    inserted(50, "09:10");
    inserted(51, "15:10");
    assertThat(ranges()).containsExactly("v 09:00:00-12:00:00", "v 15:00:00-end");
  }

  @Test
  void rangesThatTouchAreUnited() throws SQLException {
    session(1, "09:00", "09:30");
    session(3, "12:00", "12:30");
    session(5, "15:00", "15:30");
    inserted(50, "09:10");
    inserted(51, "12:10");
    assertThat(ranges()).containsExactly("v 09:00:00-15:00:00");
  }

  @Test
  void eachVisitorHasRangesOfItsOwn() throws SQLException {
    change("a", 50, "10:00", true);
    change("b", 51, "10:00", true);
    assertThat(ranges()).containsExactly("a 10:00:00-end", "b 10:00:00-end");
  }

  @Test
  void aChangeInAChainWithCutsClosesAtTheFirstMarkSixHoursAfterItPlusTheGap() throws SQLException {
    // 05:30 plus gap and six hours is the mark itself; the session that starts there is unaffected.
    session(1, "00:00", "11:59");
    session(3, "12:00", "23:59");
    removed(50, "05:30");
    assertThat(ranges()).containsExactly("v 00:00:00-12:00:00");
  }

  @Test
  void aMarkLessThanSixHoursAfterTheChangePlusTheGapClosesNothing() throws SQLException {
    session(1, "00:00", "11:59");
    session(3, "12:00", "23:59");
    removed(50, "05:30:00.000001");
    assertThat(ranges()).containsExactly("v 00:00:00-end");
  }
}
