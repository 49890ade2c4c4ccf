package io.clickstream.bench.load;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Launch;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.etl.job.LoadSlice;
import io.clickstream.etl.job.Run;
import io.clickstream.etl.job.RunSession;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.TaggedRows;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/** The ways to load a parsed slice into an empty warehouse that are compared. */
final class Loaders {

  /** What the peers don't do. */
  private static final Set<Stage> NOT_LOADING =
      EnumSet.of(Stage.AFFECTED_RANGES, Stage.SESSIONIZE, Stage.MARTS);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final String BATCH_SIZE = "10000";
  private static final SessionRules SESSIONS =
      new SessionRules(Duration.ofMinutes(30), ZoneId.of("Asia/Ho_Chi_Minh"), List.of());

  private Loaders() {}

  /**
   * A load.
   *
   * @param wallSeconds from the slice to its commit, staging tables dropped
   */
  record OurLoad(LedgerRow ledger, double wallSeconds) {

    /** Without what the peers don't do. */
    double seconds() {
      return wallSeconds - NOT_LOADING.stream().mapToDouble(this::seconds).sum();
    }

    String stages() {
      return ledger.stageSeconds().entrySet().stream()
          .map(stage -> stage.getKey() + " " + stage.getValue())
          .collect(Collectors.joining(", "));
    }

    long records() {
      return ledger.get(Count.RECORDS_READ);
    }

    private double seconds(Stage stage) {
      return ledger.stageSeconds().get(stage.key()).doubleValue();
    }
  }

  /** The job's loader: binary COPY into staging, one contest over all records, ordered merge. */
  static OurLoad ours(MeasuredWarehouse into, ParsedSlice slice) {
    Run run =
        new Run(
            UUID.randomUUID(),
            "range",
            slice.rows().sparkSession(),
            new Warehouse(jdbcUrl(into), PostgresServer.USER, null, null),
            WarehouseSettings.of(ParsedSlice.RULES, SESSIONS),
            false,
            "bench",
            line -> {});
    try (RunSession session = RunSession.open(run)) {
      long startedAt = System.nanoTime();
      LedgerRow ledger = new LoadSlice(session, slice.slice()).load(objects -> slice.rows());
      return new OurLoad(ledger, (System.nanoTime() - startedAt) / NANOS_PER_SECOND);
    }
  }

  /** {@code psql \copy} of text straight into the table: no duplicate may be in the file. */
  static double psqlCopy(MeasuredWarehouse into, Path file, Path folder) throws IOException {
    return psql(into, "\\copy clickstream_events from '" + file + "'", folder);
  }

  /** Writes the events of a warehouse as psql reads them, in the order in which they came. */
  static void psqlWrite(MeasuredWarehouse from, Path file, Path folder) throws IOException {
    String rows = "(SELECT * FROM clickstream_events ORDER BY event_timestamp, event_id)";
    psql(from, "\\copy " + rows + " to '" + file + "'", folder);
  }

  private static double psql(MeasuredWarehouse warehouse, String command, Path folder)
      throws IOException {
    String uri = jdbcUrl(warehouse).substring("jdbc:".length());
    return ChildProcess.run(
            folder,
            new Launch(
                List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", uri, "-c", command),
                Map.of("PGUSER", PostgresServer.USER)))
        .seconds();
  }

  /**
   * What a Spark job would do without COPY: the JDBC writer, its statements rewritten to many rows
   * each, into an unlogged table of the same types; then one INSERT that keeps the first of each
   * event id. Sessions are not its affair: each event stands for its own.
   */
  static double sparkJdbc(MeasuredWarehouse into, ParsedSlice slice) throws SQLException {
    String columns = Columns.PARSED_EVENT.list("");
    long startedAt = System.nanoTime();
    try (Connection connection = into.connect();
        Statement statement = connection.createStatement()) {
      // As ours: the server's own would put the sort on disk.
      statement.execute("SET work_mem = '128MB'");
      statement.execute(
          "CREATE UNLOGGED TABLE rows_by_jdbc AS SELECT %s FROM clickstream_events WITH NO DATA"
              .formatted(columns));
      Properties properties = new Properties();
      properties.setProperty("user", PostgresServer.USER);
      properties.setProperty("driver", "org.postgresql.Driver");
      properties.setProperty("batchsize", BATCH_SIZE);
      properties.setProperty("reWriteBatchedInserts", "true");
      properties.setProperty("stringtype", "unspecified");
      eventRows(slice.rows())
          .write()
          .mode(SaveMode.Append)
          .jdbc(jdbcUrl(into), "rows_by_jdbc", properties);
      statement.execute("ANALYZE rows_by_jdbc");
      statement.execute(
          """
          INSERT INTO clickstream_events (%1$s, session_key)
          SELECT DISTINCT ON (event_id) %1$s, event_id FROM rows_by_jdbc
          ORDER BY event_id, event_timestamp, raw_object_key
          ON CONFLICT (event_id) DO NOTHING"""
              .formatted(columns));
    }
    return (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
  }

  private static Dataset<Row> eventRows(Dataset<Row> parsed) {
    return parsed
        .where(col(TaggedRows.KIND).equalTo(ParsedRow.EVENT.tag()))
        .select(
            Columns.PARSED_EVENT.all().stream()
                .map(
                    column ->
                        column.type() == ColumnType.TIMESTAMPTZ
                            ? timestamp_micros(col(column.name())).as(column.name())
                            : col(column.name()))
                .toArray(Column[]::new));
  }

  private static String jdbcUrl(MeasuredWarehouse warehouse) {
    return warehouse.server().jdbcUrl(warehouse.name());
  }
}
