package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** What must hold in a warehouse: queries that give no row ({@code sql/checks/}). */
public final class Checks {

  /** The files' names, in the order of their running. */
  static final List<String> NAMES =
      List.of(
          "attribution_credits_whole_revenue",
          "cohorts_are_first_weeks",
          "days_sum_their_hours",
          "events_belong_to_their_session",
          "funnel_counts_never_rise",
          "hours_count_each_event_once",
          "marts_match_their_definitions",
          "orders_have_one_row",
          "records_add_up",
          "records_are_stored_once",
          "runs_are_balanced",
          "session_flags_match_counts",
          "sessions_do_not_overlap",
          "session_counts_match_events",
          "session_channels_match_rules");

  private Checks() {}

  /**
   * What a check found.
   *
   * @param name the check
   * @param violation the first row of what should not be, as text; empty when it holds
   */
  public record Finding(String name, Optional<String> violation) {

    /** Whether nothing was found. */
    public boolean holds() {
      return violation.isEmpty();
    }

    @Override
    public String toString() {
      return violation.map(row -> name + " does not hold: " + row).orElse(name + " holds");
    }
  }

  /**
   * Runs all of them on one state of the warehouse.
   *
   * @param told receives each finding when it is there
   * @return all findings
   */
  public static List<Finding> run(Warehouse warehouse, Consumer<Finding> told) throws SQLException {
    try (Connection connection = warehouse.connect()) {
      connection.setAutoCommit(false);
      Sql.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      List<Finding> findings = new ArrayList<>();
      for (String name : NAMES) {
        Finding finding = new Finding(name, firstRow(connection, query(name)));
        told.accept(finding);
        findings.add(finding);
      }
      return findings;
    }
  }

  /**
   * Runs all of them after a load.
   *
   * @throws LoadException when one does not hold, naming the first
   */
  public static void require(Warehouse warehouse, Consumer<Finding> told) {
    List<Finding> findings;
    try {
      findings = run(warehouse, told);
    } catch (SQLException e) {
      throw new LoadException("checking failed: " + e.getMessage(), e);
    }
    for (Finding finding : findings) {
      if (!finding.holds()) {
        throw new LoadException("loaded, but the check " + finding);
      }
    }
  }

  private static Optional<String> firstRow(Connection connection, String query)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(1);
      ResultSet row = statement.executeQuery(query);
      if (!row.next()) {
        return Optional.empty();
      }
      ResultSetMetaData columns = row.getMetaData();
      StringJoiner text = new StringJoiner(", ");
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        text.add(columns.getColumnName(i) + " " + row.getString(i));
      }
      return Optional.of(text.toString().replaceAll("\\R", " "));
    }
  }

  static String query(String name) {
    String resource = "/io/clickstream/etl/checks/" + name + ".sql";
    try (InputStream file = Checks.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("no " + resource + " on the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
