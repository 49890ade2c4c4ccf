package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * The checks of {@code sql/checks/}: queries that return no row in a correct warehouse.
 *
 * <p>The build packages every file of that folder, and every packaged file runs.
 */
public final class Checks {

  private static final String FOLDER = "io/clickstream/etl/checks/";

  /** The check that finds objects in quarantine. */
  private static final String QUARANTINE = "nothing_is_quarantined";

  private Checks() {}

  /**
   * The result of one check.
   *
   * @param name the check's name, that of its file without {@code .sql}
   * @param violation the first row that the query returned, as text; empty if it returned none
   */
  public record Finding(String name, Optional<String> violation) {

    /** Returns true if the query returned no row. */
    public boolean holds() {
      return violation.isEmpty();
    }

    @Override
    public String toString() {
      return violation.map(row -> name + " does not hold: " + row).orElse(name + " holds");
    }
  }

  /** Returns the names of the packaged checks, in the order in which they run. */
  public static List<String> names() {
    List<String> files = PackagedFiles.in(Checks.class.getResource("Checks.class"), FOLDER, ".sql");
    if (files.isEmpty()) {
      throw new IllegalStateException("Cannot find any check in " + FOLDER + ".");
    }
    return files.stream().map(file -> file.substring(0, file.length() - ".sql".length())).toList();
  }

  /**
   * Runs all checks on one snapshot of the warehouse.
   *
   * @param observer receives each finding as soon as its check has run
   * @return all findings
   */
  public static List<Finding> run(Warehouse warehouse, Consumer<Finding> observer) {
    try (SqlConnection connection = SqlConnection.open(warehouse)) {
      connection.begin();
      connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      List<Finding> findings = new ArrayList<>();
      for (String name : names()) {
        Finding finding = new Finding(name, connection.firstRow(query(name), Checks::asText));
        observer.accept(finding);
        findings.add(finding);
      }
      return findings;
    }
  }

  /**
   * Runs all checks after a load. Objects in quarantine do not fail it: the run that quarantined
   * them has failed, and later ones need not.
   *
   * @throws LoadException naming the first check that does not hold
   */
  public static void require(Warehouse warehouse, Consumer<Finding> observer) {
    List<Finding> findings;
    try {
      findings = run(warehouse, observer);
    } catch (DatabaseException e) {
      throw new LoadException("Cannot check the warehouse: " + e.getMessage(), e);
    }
    for (Finding finding : findings) {
      if (!finding.holds() && !finding.name().equals(QUARANTINE)) {
        throw new LoadException("The rows are loaded, but the check " + finding);
      }
    }
  }

  private static String asText(ResultSet row) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    StringJoiner text = new StringJoiner(", ");
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      text.add(columns.getColumnName(i) + " " + row.getString(i));
    }
    return text.toString().replaceAll("\\R", " ");
  }

  static String query(String name) {
    String resource = "/" + FOLDER + name + ".sql";
    try (InputStream file = Checks.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("Cannot find " + resource + " on the class path.");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource + ".", e);
    }
  }
}
