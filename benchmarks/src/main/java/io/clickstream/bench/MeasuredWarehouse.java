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

/** A warehouse that the job loads, on the PostgreSQL server of this process. */
record MeasuredWarehouse(String jdbcUrl) {

  static MeasuredWarehouse create() throws Exception {
    return new MeasuredWarehouse(TestWarehouses.migrated());
  }

  /** A run of the job: its seconds, and the row of {@code etl_runs} as JSON. */
  record Load(double seconds, JsonNode ledger) {

    /** Returns a run that ends now. */
    static Load since(Stopwatch start, String ledger) throws Exception {
      return new Load(start.seconds(), new ObjectMapper().readTree(ledger));
    }

    long count(String column) {
      return ledger.required(column).asLong();
    }

    /** Returns the part of all stages that one takes. */
    double stageShare(String stage) {
      double all = 0;
      for (JsonNode seconds : ledger.required("stage_seconds")) {
        all += seconds.asDouble();
      }
      return all == 0 ? 0 : stageSeconds(stage) / all;
    }

    double stageSeconds(String stage) {
      return ledger.required("stage_seconds").required(stage).asDouble();
    }
  }

  Load load(RawHours hours) throws Exception {
    return JobStages.run(arguments(hours));
  }

  List<String> arguments(RawHours hours) {
    int hour = "2026-11-22T13".length();
    return List.of(
        "--raw", hours.root().toString(),
        "--from", hours.start().toString().substring(0, hour),
        "--to", hours.end().toString().substring(0, hour),
        "--jdbc-url", jdbcUrl,
        "--db-user", PostgresServer.USER);
  }

  String psqlUri() {
    return jdbcUrl.substring("jdbc:".length()).replace("//", "//" + PostgresServer.USER + "@");
  }

  void drop() throws Exception {
    String name = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
    TestWarehouses.execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  void execute(String... statements) throws Exception {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String text(String query) throws Exception {
    return TestWarehouses.text(jdbcUrl, query);
  }

  /** Returns the number of rows and the sum of their hashes, equal for equal sets of rows. */
  String digest(String table, String columns) throws Exception {
    return text(
        "SELECT count(*) || ' ' || sum(hashtextextended(ROW(%s)::text, 0)::numeric) FROM %s"
            .formatted(columns, table));
  }

  /** Returns the digest of the columns of events and sessions that peers fill. */
  String digest() throws Exception {
    return digestOf("event_details");
  }

  /** Returns the same digest of the tables that a peer has filled. */
  String peerDigest() throws Exception {
    return digestOf(PeerColumns.EVENT_TABLE);
  }

  private String digestOf(String events) throws Exception {
    return digest(events, PeerColumns.EVENT) + digest("clickstream_sessions", PeerColumns.SESSION);
  }

  /**
   * Copies the loaded days into the past, until the warehouse has a number of events.
   *
   * @param inTimeOrder whether ids of version 7 stay in the order of time, or become random
   */
  void copyDays(int days, int events, boolean inTimeOrder) throws Exception {
    execute(
        Resource.text("copies.sql")
            .replace("${days}", Integer.toString(days))
            .replace("${events}", Integer.toString(events))
            .replace("${in_time_order}", Boolean.toString(inTimeOrder)));
  }

  /** Leaves nothing for the server to do in the background. */
  void settle() throws Exception {
    execute("VACUUM ANALYZE", "CHECKPOINT");
  }

  /** Returns the median seconds of each stage of several loads, as one line. */
  static String stages(List<Load> loads) {
    List<String> medians = new ArrayList<>();
    for (String stage : (Iterable<String>) loads.get(0).ledger().get("stage_seconds")::fieldNames) {
      Spread seconds = Spread.of(loads.stream().map(load -> load.stageSeconds(stage)).toList());
      medians.add(String.format(Locale.ROOT, "%s %.2f", stage, seconds.median()));
    }
    return String.join(", ", medians);
  }
}
