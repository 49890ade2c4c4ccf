package io.clickstream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.etl.load.Run;
import io.clickstream.etl.load.Slice;
import io.clickstream.etl.load.SliceLoader;
import io.clickstream.etl.load.Warehouse;
import io.clickstream.etl.load.WarehouseSettings;
import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.local.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The job's stages that are measured one by one, with the job's default settings. Everything else
 * runs the job as a whole.
 */
final class JobStages {

  private static final int LOCAL_FETCHES = 4;
  private static final int REMOTE_FETCHES = 64;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final ParseRules PARSE_RULES = new ParseRules(0);
  private static final SessionRules SESSION_RULES =
      new SessionRules(Duration.ofMinutes(30), ZoneId.of("Asia/Ho_Chi_Minh"), List.of());

  private final SparkSession spark;
  private final RawStore store;
  private final List<HourListing> listings = new ArrayList<>();

  /** Lists the objects of some hours. */
  JobStages(SparkSession spark, RawHours hours) throws IOException {
    this.spark = spark;
    store = new RawStore(hours.root(), spark.sparkContext().hadoopConfiguration());
    for (Instant hour : hours.list()) {
      listings.add(store.list(hour, Instant.EPOCH));
    }
  }

  /** Returns the records as bytes. Reads nothing before an action. */
  Dataset<Row> read() throws IOException {
    int fetches = store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES;
    return new ReadObjects(store, fetches)
        .read(spark, listings.stream().map(HourListing::objects).toList());
  }

  /** Returns the parsed columns of records. */
  static Dataset<Row> parse(Dataset<Row> records) {
    return new ParseRecords(PARSE_RULES).apply(records);
  }

  /**
   * Loads the parsed records of all hours: binary COPY into staging, deduplication, sessions, merge.
   *
   * @return wall clock from the plan to the commit, after the staging tables are dropped
   */
  Load load(Dataset<Row> parsed, MeasuredWarehouse into) throws IOException {
    Run run =
        new Run(
            UUID.randomUUID(),
            "range",
            spark,
            new Warehouse(into.jdbcUrl(), PostgresServer.USER, null, null),
            WarehouseSettings.of(PARSE_RULES, SESSION_RULES),
            false,
            "bench",
            line -> {});
    try (SliceLoader loader = new SliceLoader(run)) {
      long startedAt = System.nanoTime();
      String ledger = loader.load(new Slice(1, listings), objects -> parsed).toJson();
      double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
      return new Load(seconds, new ObjectMapper().readTree(ledger));
    }
  }
}
