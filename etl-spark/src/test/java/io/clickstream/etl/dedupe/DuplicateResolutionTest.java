package io.clickstream.etl.dedupe;

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

/** Runs the query on temporary tables that have only the columns that it reads. */
class DuplicateResolutionTest {

  private static final String NINE = "2026-11-22 09:00:00.000000+00";
  private static final String NINE_AND_A_MICROSECOND = "2026-11-22 09:00:00.000001+00";
  private static final String X = "00000000-0000-0000-0000-00000000000a";
  private static final String Y = "00000000-0000-0000-0000-00000000000b";

  private static Connection connection;

  @BeforeAll
  static void connect() throws SQLException {
    connection = TestWarehouses.connect(TestWarehouses.empty());
    execute(SqlStatement.of(DuplicateResolutionTest.class, "create_tables").text());
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    execute("TRUNCATE event_details, staged_events, superseded");
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void stage(String eventId, String timestamp, String key) throws SQLException {
    insert("staged_events", eventId, timestamp, key);
  }

  private static void store(String eventId, String timestamp, String key) throws SQLException {
    insert("event_details", eventId, timestamp, key);
  }

  private static void sign(String table, String key) throws SQLException {
    execute("UPDATE " + table + " SET is_signed = TRUE WHERE raw_object_key = '" + key + "'");
  }

  private static void insert(String table, String eventId, String timestamp, String key)
      throws SQLException {
    execute(
        "INSERT INTO %1$s VALUES ('%2$s', '%3$s', '%4$s', 'c:%4$s', '%3$s', 'click')"
            .formatted(table, eventId, timestamp, key));
  }

  /** Returns for each record whether it wins or loses, and the key of the stored event. */
  private static List<String> resolutions() throws SQLException {
    List<String> resolutions = new ArrayList<>();
    String query =
        "SELECT raw_object_key || CASE WHEN wins THEN ' wins' ELSE ' loses' END || coalesce("
            + "CASE WHEN wins THEN ' over ' ELSE ' to ' END || stored_raw_object_key, '') FROM ("
            + DuplicateResolution.query("staged_events", "superseded")
            + ") resolution ORDER BY raw_object_key COLLATE \"C\"";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        resolutions.add(rows.getString(1));
      }
    }
    return resolutions;
  }

  @Test
  void aRecordWithoutDuplicatesWins() throws SQLException {
    stage(X, NINE, "a");
    stage(Y, NINE, "b");
    assertThat(resolutions()).containsExactly("a wins", "b wins");
  }

  @Test
  void theEarliestStagedRecordWins() throws SQLException {
    stage(X, NINE_AND_A_MICROSECOND, "a");
    stage(X, NINE, "b");
    assertThat(resolutions()).containsExactly("a loses", "b wins");
  }

  @Test
  void theSmallerKeyWinsATieByItsBytes() throws SQLException {
    stage(X, NINE, "a");
    stage(X, NINE, "B");
    assertThat(resolutions()).containsExactly("B wins", "a loses");
  }

  @Test
  void anEarlierRecordReplacesTheStoredEvent() throws SQLException {
    store(X, NINE_AND_A_MICROSECOND, "a");
    stage(X, NINE, "b");
    assertThat(resolutions()).containsExactly("b wins over a");
  }

  @Test
  void aLaterRecordLosesAgainstTheStoredEvent() throws SQLException {
    store(X, NINE, "b");
    stage(X, NINE_AND_A_MICROSECOND, "a");
    assertThat(resolutions()).containsExactly("a loses to b");
  }

  @Test
  void theSmallerKeyDecidesATieWithTheStoredEvent() throws SQLException {
    store(X, NINE, "b");
    stage(X, NINE, "a");
    store(Y, NINE, "c");
    stage(Y, NINE, "d");
    assertThat(resolutions()).containsExactly("a wins over b", "d loses to c");
  }

  /** A stranger guesses the id of a back end's event, and sends it first. */
  @Test
  void aSignedRecordWinsOverAnEarlierOneWithoutSignature() throws SQLException {
    stage(X, NINE, "a");
    stage(X, NINE_AND_A_MICROSECOND, "b");
    sign("staged_events", "b");
    store(Y, NINE, "c");
    stage(Y, NINE_AND_A_MICROSECOND, "d");
    sign("staged_events", "d");
    assertThat(resolutions()).containsExactly("a loses", "b wins", "d wins over c");
  }

  @Test
  void anEarlierRecordWithoutSignatureLosesAgainstAStoredSignedOne() throws SQLException {
    store(X, NINE_AND_A_MICROSECOND, "a");
    sign("event_details", "a");
    stage(X, NINE, "b");
    assertThat(resolutions()).containsExactly("b loses to a");
  }

  @Test
  void ofSignedRecordsTheEarliestWins() throws SQLException {
    store(X, NINE_AND_A_MICROSECOND, "b");
    sign("event_details", "b");
    stage(X, NINE, "c");
    sign("staged_events", "c");
    store(Y, NINE, "d");
    sign("event_details", "d");
    stage(Y, NINE_AND_A_MICROSECOND, "e");
    sign("staged_events", "e");
    assertThat(resolutions()).containsExactly("c wins over b", "e loses to d");
  }

  @Test
  void onlyTheBestStagedRecordCanReplaceTheStoredEvent() throws SQLException {
    store(X, NINE_AND_A_MICROSECOND, "z");
    stage(X, NINE, "a");
    stage(X, NINE, "b");
    assertThat(resolutions()).containsExactly("a wins over z", "b loses to z");
  }

  @Test
  void aRecordThatWasStagedTwiceIsResolvedOnce() throws SQLException {
    stage(X, NINE, "a");
    stage(X, NINE, "a");
    stage(X, NINE, "b");
    stage(X, NINE, "b");
    assertThat(resolutions()).containsExactly("a wins", "b loses");
  }

  @Test
  void recordsOfSupersededObjectsAreIgnored() throws SQLException {
    stage(X, NINE, "event");
    stage(X, NINE, "batch#1");
    stage(X, NINE_AND_A_MICROSECOND, "other");
    execute("INSERT INTO superseded VALUES ('event'), ('batch')");
    assertThat(resolutions()).containsExactly("other wins");
  }
}
