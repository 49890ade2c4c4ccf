package io.clickstream.bench.load;

import io.clickstream.bench.RawObjects;
import io.clickstream.etl.job.Slice;
import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * A day that has been read and parsed, so that only loading is left to be timed.
 *
 * @param slice what the loader is told to load
 * @param rows of {@code ParsedRow}, kept by Spark
 */
record ParsedSlice(Slice slice, Dataset<Row> rows) {

  static final ParseRules RULES = new ParseRules(0);

  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final int FETCHES = 4;

  /** Writes raw objects below a folder, reads and parses them. */
  static ParsedSlice of(SparkSession spark, Path folder, int records) throws IOException {
    new RawObjects(folder).writeBatches(new Traffic(new TrafficOptions(records, 1, START, DAY)));
    RawStore store = new RawStore(folder.toUri(), spark.sparkContext().hadoopConfiguration());
    List<HourListing> hours = new ArrayList<>();
    List<ListedObjects> objects = new ArrayList<>();
    for (int hour = 0; hour < DAY.toHours(); hour++) {
      HourListing listing = store.list(START.plus(Duration.ofHours(hour)), Instant.now());
      hours.add(listing);
      objects.add(listing.objects());
    }
    Dataset<Row> rows =
        new ParseRecords(RULES)
            .apply(new ReadObjects(store, FETCHES).read(spark, objects))
            .persist(StorageLevel.MEMORY_AND_DISK());
    rows.count();
    return new ParsedSlice(new Slice(1, hours), rows);
  }
}
