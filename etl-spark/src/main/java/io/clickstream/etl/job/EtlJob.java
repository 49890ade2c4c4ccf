package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.TaggedRows;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** A run: plans slices, and loads one after another. */
public final class EtlJob {

  private static final int LOCAL_FETCHES = 4;
  private static final int REMOTE_FETCHES = 64;

  /** Then it is not the hours: nothing can be listed. */
  private static final int UNLISTED_HOURS_IN_A_ROW = 24;

  private static final String VERSION = versionOfJar();

  private final SparkSession spark;
  private final EtlOptions options;
  private final Clock clock;
  private final Map<String, String> environment;
  private final RunListener listener;

  /**
   * A run.
   *
   * @param clock tells which hours are the last ones for {@code --since-last-run}; nothing stored
   *     in the warehouse depends on it
   * @param environment may name another endpoint of Secrets Manager
   * @param listener follows the run
   */
  public EtlJob(
      SparkSession spark,
      EtlOptions options,
      Clock clock,
      Map<String, String> environment,
      RunListener listener) {
    this.spark = spark;
    this.options = options;
    this.clock = clock;
    this.environment = environment;
    this.listener = listener;
  }

  /** Does it. */
  public EtlResult run() throws IOException {
    if (options.window() instanceof Window.Rebuild) {
      Warehouse warehouse = warehouse();
      try (RunSession loader = loader(warehouse)) {
        LedgerRow row = loader.rebuild(options::rebuilt);
        check(warehouse);
        return new EtlResult(List.of(row), row, List.of());
      }
    }
    RawStore store = new RawStore(options.raw().orElseThrow(), hadoopConfiguration());
    if (options.dryRun()) {
      store.requireRoot();
      return dryRun(store);
    }
    Warehouse warehouse = warehouse();
    try (RunSession loader = loader(warehouse)) {
      store.requireRoot();
      EtlResult result = load(store, loader);
      check(warehouse);
      return result;
    }
  }

  /** What was loaded stays: a check that does not hold is a fault to look into. */
  private void check(Warehouse warehouse) {
    if (options.check()) {
      Checks.require(warehouse, finding -> listener.say("check: " + finding));
    }
  }

  private Warehouse warehouse() throws IOException {
    return options.warehouse().orElseThrow().open(environment, hadoopConfiguration());
  }

  private RunSession loader(Warehouse warehouse) {
    return new RunSession(
        new Run(
            UUID.randomUUID(),
            options.window().mode(),
            spark,
            warehouse,
            WarehouseSettings.of(options.parseRules(), options.sessionRules()),
            options.skipUnreadable(),
            VERSION,
            listener));
  }

  private EtlResult load(RawStore store, RunSession loader) throws IOException {
    List<LedgerRow> loaded = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    List<Instant> hours = hours(store, loader.incompleteHours());
    Progress progress = new Progress(clock, hours.size());
    try {
      loadSlices(store, loader, hours, progress, loaded, failures);
    } catch (IOException | RuntimeException e) {
      tellWhatIsLeft(hours, progress);
      throw e;
    }
    if (loaded.isEmpty()) {
      throw new LoadException(failures.isEmpty() ? "no hour to visit" : failures.get(0));
    }
    return new EtlResult(loaded, LedgerRow.total(loaded), failures);
  }

  private void loadSlices(
      RawStore store,
      RunSession loader,
      List<Instant> hours,
      Progress progress,
      List<LedgerRow> loaded,
      List<String> failures)
      throws IOException {
    int unlistedInARow = 0;
    try (SlicePlan plan = new SlicePlan(store, hours, loader::time)) {
      while (plan.hasNext()) {
        try {
          Slice slice = plan.next();
          unlistedInARow = 0;
          progress.add(slice.hours().size(), load(store, loader, slice, loaded, failures));
        } catch (UnlistedHourException e) {
          if (++unlistedInARow == UNLISTED_HOURS_IN_A_ROW) {
            throw e;
          }
          noteFailure(e.getMessage(), failures);
          progress.add(1, 0);
        }
        if (progress.goesOn()) {
          listener.say(progress.toString());
        }
      }
    }
  }

  /** How many records were read: none if objects are unreadable, which fails the slice alone. */
  private long load(
      RawStore store,
      RunSession loader,
      Slice slice,
      List<LedgerRow> loaded,
      List<String> failures) {
    try {
      LedgerRow row = loader.load(slice, objects -> parsed(store, objects));
      loaded.add(row);
      listener.say(summary(row));
      return row.get(Count.RECORDS_READ);
    } catch (UnreadableObjectsException e) {
      noteFailure("slice " + slice.from() + " to " + slice.to() + ": " + e.getMessage(), failures);
      return 0;
    }
  }

  private void noteFailure(String failure, List<String> failures) {
    failures.add(failure);
    listener.say(failure);
  }

  /** Hours that were not come to are in no ledger. */
  private void tellWhatIsLeft(List<Instant> hours, Progress progress) {
    List<Instant> left = hours.subList((int) progress.hoursDone(), hours.size());
    if (progress.hoursDone() > 0) {
      listener.say(
          "not loaded: %d of %d hours, from %s on; run the same again to go on"
              .formatted(left.size(), hours.size(), left.get(0)));
    }
  }

  private List<Instant> hours(RawStore store, List<Instant> incomplete) throws IOException {
    if (options.window() instanceof Window.Range range) {
      return range.hours();
    }
    Window.SinceLastRun since = (Window.SinceLastRun) options.window();
    TreeSet<Instant> hours = new TreeSet<>(incomplete);
    if (since.reconcile()) {
      hours.addAll(store.hours());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.HOURS);
    for (Instant hour = now.minus(since.lookBack()).truncatedTo(ChronoUnit.HOURS);
        !hour.isAfter(now);
        hour = hour.plus(Duration.ofHours(1))) {
      hours.add(hour);
    }
    return List.copyOf(hours);
  }

  private Dataset<Row> parsed(RawStore store, List<ListedObjects> hours) {
    int fetches =
        options.fetchConcurrency().orElse(store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES);
    return new ParseRecords(options.parseRules())
        .apply(new ReadObjects(store, fetches).read(spark, hours));
  }

  /** Reads and parses everything, and counts. */
  private EtlResult dryRun(RawStore store) throws IOException {
    List<LedgerRow> slices = new ArrayList<>();
    UUID runId = UUID.randomUUID();
    try (SlicePlan plan = new SlicePlan(store, hours(store, List.of()), clock::instant)) {
      while (plan.hasNext()) {
        slices.add(dryRun(store, plan.next(), runId));
      }
    }
    return new EtlResult(slices, LedgerRow.total(slices), List.of());
  }

  private LedgerRow dryRun(RawStore store, Slice slice, UUID runId) {
    Instant startedAt = clock.instant();
    List<ListedObjects> hours = slice.hours().stream().map(HourListing::objects).toList();
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    Map<String, Long> coerced = new TreeMap<>();
    counts.put(Count.OBJECTS_LISTED, slice.objectCount());
    counts.put(
        Count.OBJECTS_IGNORED, slice.hours().stream().mapToLong(hour -> hour.ignored()).sum());
    Dataset<Row> parsed = parsed(store, hours).persist();
    try {
      for (Row row :
          parsed
              .groupBy(TaggedRows.KIND, "object_outcome")
              .agg(
                  functions.count(functions.lit(1)),
                  functions.countDistinct(functions.col("event_id")))
              .collectAsList()) {
        if (ParsedRow.EVENT.holds(row)) {
          counts.put(Count.INSERTED, row.getLong(3));
          counts.put(Count.DUPLICATES, row.getLong(2) - row.getLong(3));
          counts.merge(Count.RECORDS_READ, row.getLong(2), Long::sum);
        } else if (ParsedRow.REJECTED.holds(row)) {
          counts.put(Count.REJECTED, row.getLong(2));
          counts.merge(Count.RECORDS_READ, row.getLong(2), Long::sum);
        } else {
          countObjects(counts, row.getString(1), row.getLong(2));
        }
      }
      for (Row row :
          parsed
              .select(
                  functions.explode(functions.split(functions.col("coerced_fields"), ",")).as("f"))
              .groupBy("f")
              .count()
              .collectAsList()) {
        coerced.put(row.getString(0), row.getLong(1));
      }
    } finally {
      parsed.unpersist();
    }
    counts.put(
        Count.RECORDS_LISTED,
        counts.getOrDefault(Count.RECORDS_READ, 0L)
            + counts.getOrDefault(Count.VANISHED, 0L)
            + counts.getOrDefault(Count.UNREADABLE, 0L));
    return new LedgerRow(
        runId,
        slice.number(),
        "dry-run",
        slice.from(),
        slice.to(),
        startedAt,
        clock.instant(),
        counts,
        coerced,
        Map.of(),
        BigDecimal.ZERO,
        WarehouseSettings.of(options.parseRules(), options.sessionRules()).toJson(),
        VERSION);
  }

  private static void countObjects(Map<Count, Long> counts, String outcome, long objects) {
    if (outcome.equals("vanished")) {
      counts.put(Count.VANISHED, objects);
    } else if (outcome.equals("unreadable")) {
      counts.put(Count.UNREADABLE, objects);
    }
  }

  private Configuration hadoopConfiguration() {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    options.awsRegion().ifPresent(region -> configuration.set("fs.s3a.endpoint.region", region));
    useEndpointOfEnvironment(configuration);
    // On AWS s3:// is S3A since EMR 7.10 and Glue 5.1; elsewhere nothing answers to it.
    configuration.setIfUnset("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    return configuration;
  }

  /** The AWS SDKs' own variable for another S3 server; S3A would not look at it. */
  private static void useEndpointOfEnvironment(Configuration configuration) {
    String endpoint =
        System.getenv().getOrDefault("AWS_ENDPOINT_URL_S3", System.getenv("AWS_ENDPOINT_URL"));
    if (endpoint == null || configuration.get("fs.s3a.endpoint", "").length() > 0) {
      return;
    }
    configuration.set("fs.s3a.endpoint", endpoint);
    configuration.set("fs.s3a.path.style.access", "true");
    configuration.set(
        "fs.s3a.endpoint.region", System.getenv().getOrDefault("AWS_REGION", "us-east-1"));
  }

  private static String summary(LedgerRow row) {
    return "%s to %s: %,d records = %,d already loaded + %,d inserted + %,d duplicates + %,d rejected"
            .formatted(
                row.windowFrom(),
                row.windowTo(),
                row.get(Count.RECORDS_LISTED),
                row.get(Count.ALREADY_LOADED),
                row.get(Count.INSERTED),
                row.get(Count.DUPLICATES),
                row.get(Count.REJECTED))
        + (row.get(Count.VANISHED) > 0 ? " + %,d vanished".formatted(row.get(Count.VANISHED)) : "")
        + (row.get(Count.UNREADABLE) > 0
            ? " + %,d unreadable".formatted(row.get(Count.UNREADABLE))
            : "");
  }

  private static String versionOfJar() {
    String version = EtlJob.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
