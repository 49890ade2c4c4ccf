package io.clickstream.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.LoadSlice;
import io.clickstream.etl.job.Run;
import io.clickstream.etl.job.RunSession;
import io.clickstream.etl.job.Slice;
import io.clickstream.etl.job.SliceObjects;
import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.TaggedRows;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.local.reload.Reload;
import io.clickstream.local.reload.ReloadRequest;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The job's stages that are measured one by one, and the whole job in this process. */
final class JobStages {

  private static final int LOCAL_FETCHES = 4;
  private static final int REMOTE_FETCHES = 64;
  private static final ParseRules PARSE_RULES = new ParseRules(0);
  private static final SessionRules SESSION_RULES =
      new SessionRules(Duration.ofMinutes(30), "Asia/Ho_Chi_Minh", List.of());

  private final SparkSession spark;
  private final RawStore store;
  private final List<HourListing> listings = new ArrayList<>();

  static Load run(List<String> arguments) throws Exception {
    Stopwatch start = Stopwatch.start();
    return Load.since(start, etl(arguments).total().toJson());
  }

  private static EtlResult etl(List<String> arguments) throws IOException {
    return EtlMain.run(
        arguments.toArray(String[]::new), TestWarehouses.jobEnvironment(), line -> {});
  }

  /** Erases records of a warehouse, and returns the certificate. */
  static JsonNode erase(RawHours hours, MeasuredWarehouse warehouse, String id) throws Exception {
    EtlResult result =
        etl(
            List.of(
                "--erase",
                id,
                "--raw",
                hours.root().toString(),
                "--jdbc-url",
                warehouse.jdbcUrl(),
                "--db-user",
                PostgresServer.USER));
    requireNoFailures(result);
    return new ObjectMapper().readTree(result.toJson());
  }

  /** Closes the period before an instant, which is the begin of a day, and returns the result. */
  static JsonNode close(MeasuredWarehouse warehouse, Instant end) {
    ClosePeriod.Result result =
        new ClosePeriod(login(warehouse), line -> {})
            .close(connection -> Closings.beginOfDay(connection, end.toString()))
            .orElseThrow();
    try {
      return new ObjectMapper().readTree(result.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireNoFailures(EtlResult result) {
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException(result.failures().get(0));
    }
  }

  JobStages(SparkSession spark, RawHours hours) throws Exception {
    this.spark = spark;
    store = new RawStore(hours.root(), spark.sparkContext().hadoopConfiguration());
    for (Instant hour : hours.list()) {
      listings.add(store.list(hour, Instant.EPOCH));
    }
  }

  /** Returns the records as bytes. Reads nothing but the keys of packs before an action. */
  Dataset<Row> read() throws Exception {
    int fetches = store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES;
    return new ReadObjects(store, fetches).read(spark, SliceObjects.all(new Slice(1, listings)));
  }

  /** Packs the objects of hours, and keeps them. */
  static void pack(RawHours hours) throws Exception {
    requireNoFailures(
        etl(
            List.of(
                "--pack",
                "--raw",
                hours.root().toString(),
                "--from",
                hours.start().toString().substring(0, 13),
                "--to",
                hours.end().toString().substring(0, 13))));
  }

  /** Runs all checks of a warehouse, which must hold. */
  static void check(MeasuredWarehouse warehouse) {
    Checks.require(login(warehouse), finding -> {});
  }

  /** Returns a reload of a warehouse from raw objects, with the settings of the warehouse. */
  static Reload reload(RawHours hours, MeasuredWarehouse warehouse) {
    return new Reload(
        new ReloadRequest(
            login(warehouse),
            Optional.of(hours.root().toString()),
            List.of(),
            Map.of(),
            false,
            false),
        arguments -> etl(arguments).failures(),
        line -> {});
  }

  static Dataset<Row> parse(Dataset<Row> records) {
    return new ParseRecords(PARSE_RULES).apply(records);
  }

  /** Returns the names of a stored event's columns; all but the session key. */
  static String eventColumns() {
    return Columns.STORED_EVENT.list("");
  }

  /** Returns the events among parsed records, with the types of PostgreSQL. */
  static Dataset<Row> events(Dataset<Row> parsed) {
    return parsed
        .where(functions.col(TaggedRows.KIND).equalTo(ParsedRow.EVENT.tag()))
        .select(
            Columns.STORED_EVENT.all().stream()
                .map(column -> typed(functions.col(column.name()), column))
                .toArray(Column[]::new));
  }

  private static Column typed(Column value, io.clickstream.etl.schema.Column column) {
    return column.type() == ColumnType.TIMESTAMPTZ
        ? functions.timestamp_micros(value).as(column.name())
        : value;
  }

  /** Loads parsed records. The seconds run from the plan to the commit. */
  Load load(Dataset<Row> parsed, MeasuredWarehouse into) throws Exception {
    Run run =
        new Run(
            UUID.randomUUID(),
            "range",
            spark,
            login(into),
            WarehouseSettings.of(PARSE_RULES, SESSION_RULES),
            false,
            false,
            "bench",
            line -> {});
    try (RunSession session = RunSession.open(run)) {
      Stopwatch start = Stopwatch.start();
      LoadSlice load = new LoadSlice(session, new Slice(1, listings));
      return Load.since(start, load.load(objects -> parsed).toJson());
    }
  }

  static Warehouse login(MeasuredWarehouse warehouse) {
    return new Warehouse(
        warehouse.jdbcUrl(), PostgresServer.USER, TestWarehouses.server().password(), null);
  }
}
