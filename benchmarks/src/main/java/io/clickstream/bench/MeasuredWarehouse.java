package io.clickstream.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A warehouse that the job loads, on the PostgreSQL server of this process. */
record MeasuredWarehouse(String jdbcUrl) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Creates the database and its tables. */
  static MeasuredWarehouse create() throws Exception {
    return new MeasuredWarehouse(TestWarehouses.migrated());
  }

  /**
   * A run of the job in this process.
   *
   * @param seconds wall clock from the arguments to the result
   * @param ledger the job's result: the row of {@code etl_runs} as JSON
   */
  record Load(double seconds, JsonNode ledger) {

    /** Starts from {@code System.nanoTime()} before the run. */
    static Load since(long startedAt, String ledger) throws Exception {
      double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
      return new Load(seconds, new ObjectMapper().readTree(ledger));
    }

    /** Returns a count of the ledger, such as {@code inserted}. */
    long count(String column) {
      return ledger.required(column).asLong();
    }

    /** Returns the seconds of a stage. */
    double stageSeconds(String stage) {
      return ledger.required("stage_seconds").required(stage).asDouble();
    }
  }

  /** Runs the job in this process. */
  Load load(RawHours hours) throws Exception {
    return JobStages.run(arguments(hours));
  }

  /** Returns the job's arguments that load hours into this warehouse. */
  List<String> arguments(RawHours hours) {
    int hour = "2026-11-22T13".length();
    return List.of(
        "--raw", hours.root().toString(),
        "--from", hours.start().toString().substring(0, hour),
        "--to", hours.end().toString().substring(0, hour),
        "--jdbc-url", jdbcUrl,
        "--db-user", PostgresServer.USER);
  }

  /** Returns the URI of the database as psql takes it. */
  String psqlUri() {
    return jdbcUrl.substring("jdbc:".length()).replace("//", "//" + PostgresServer.USER + "@");
  }

  /** Removes the database. */
  void drop() throws Exception {
    String name = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
    TestWarehouses.execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  /** Executes one statement after another. */
  void execute(String... statements) throws Exception {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the only value of a query. */
  String text(String query) throws Exception {
    return TestWarehouses.text(jdbcUrl, query);
  }

  /** Returns the number of rows and the sum of their hashes, equal for equal sets of rows. */
  String digest(String table, String columns) throws Exception {
    return text(
        "SELECT count(*) || ' ' || sum(hashtextextended(ROW(%s)::text, 0)::numeric) FROM %s"
            .formatted(columns, table));
  }

  /** Leaves nothing for the server to do in the background. */
  void settle() throws Exception {
    execute("VACUUM ANALYZE", "CHECKPOINT");
  }

  /** Returns the median seconds of each stage of several loads, as one line. */
  static String stages(List<Load> loads) {
    List<String> stages = new ArrayList<>();
    loads.get(0).ledger().required("stage_seconds").fieldNames().forEachRemaining(stages::add);
    return stages.stream()
        .map(stage -> stage + " " + medianSeconds(loads, stage))
        .collect(Collectors.joining(", "));
  }

  private static String medianSeconds(List<Load> loads, String stage) {
    Spread seconds = Spread.of(loads.stream().map(load -> load.stageSeconds(stage)).toList());
    return String.format(Locale.ROOT, "%.2f", seconds.median());
  }
}
