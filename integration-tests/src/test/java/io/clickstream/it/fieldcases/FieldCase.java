package io.clickstream.it.fieldcases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A golden case from public bug reports of comparable tools: a folder with raw objects below {@code
 * raw/}, and queries with their right results in {@code expected.sql}.
 *
 * <p>The first lines of that file state the complaint, the reports and, after {@code -- Zone:}, the
 * only reporting zone of the case. Then each query ends in a semicolon, and a line that starts with
 * {@code -->} follows for each expected row: its columns separated by {@code |}, {@code NULL} for
 * null.
 *
 * @param folder the folder, whose name is the rule
 * @param zone the only reporting zone in which the case holds; empty for any
 */
record FieldCase(Path folder, Optional<String> zone, List<Expectation> expectations) {

  /**
   * A query and its right result.
   *
   * @param rule the comment before the query
   * @param rows the expected rows, in order
   */
  record Expectation(String rule, String query, List<String> rows) {}

  private static final Path ALL = Path.of("src/test/resources/field-cases");
  private static final String ZONE = "-- Zone: ";
  private static final String COMMENT = "-- ";
  private static final String ROW = "--> ";

  /** Reads all cases, by name. */
  static List<FieldCase> all() {
    try (Stream<Path> folders = Files.list(ALL)) {
      return folders.sorted().map(FieldCase::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FieldCase read(Path folder) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve("expected.sql"));
      Optional<String> zone =
          lines.stream()
              .filter(line -> line.startsWith(ZONE))
              .map(line -> line.substring(ZONE.length()))
              .findFirst();
      return new FieldCase(folder, zone, expectations(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Expectation> expectations(List<String> lines) {
    List<Expectation> expectations = new ArrayList<>();
    StringBuilder rule = new StringBuilder();
    StringBuilder query = new StringBuilder();
    List<String> rows = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(ROW)) {
        rows.add(line.substring(ROW.length()));
      } else if (line.startsWith(COMMENT)) {
        rule.append(line.substring(COMMENT.length())).append(' ');
      } else if (!line.isBlank()) {
        query.append(line).append('\n');
      } else {
        addTo(expectations, rule, query, rows);
      }
    }
    addTo(expectations, rule, query, rows);
    return expectations;
  }

  private static void addTo(
      List<Expectation> expectations, StringBuilder rule, StringBuilder query, List<String> rows) {
    if (!query.isEmpty()) {
      expectations.add(
          new Expectation(rule.toString().strip(), query.toString(), List.copyOf(rows)));
    }
    rule.setLength(0);
    query.setLength(0);
    rows.clear();
  }

  /** Returns true if the case holds in a warehouse of this reporting zone. */
  boolean holdsIn(String reportingZone) {
    return zone.map(reportingZone::equals).orElse(true);
  }

  /** Copies the raw objects to another raw root. */
  void copyRawTo(Path root) throws IOException {
    Path raw = folder.resolve("raw");
    try (Stream<Path> files = Files.walk(raw)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = root.resolve(raw.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
