package io.clickstream.bench.read;

import io.clickstream.bench.peer.PeerColumns;
import io.clickstream.bench.peer.SparkJson;
import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Ways to read hours of raw objects. Each gives all that it has parsed, {@link PeerColumns#PARSED}
 * among its columns, and NULL as {@code event_id} where a row stands for no event.
 */
public enum EventReader {
  /** The job's reader and parser, with its defaults. */
  OURS(Map.of()) {
    @Override
    Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) throws IOException {
      RawStore store = new RawStore(root, spark.sparkContext().hadoopConfiguration());
      List<ListedObjects> objects = new ArrayList<>();
      for (Instant hour : hours) {
        objects.add(store.list(hour, Instant.EPOCH).objects());
      }
      int fetches = store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES;
      return new ParseRecords(new ParseRules(0))
          .apply(new ReadObjects(store, fetches).read(spark, objects));
    }
  },

  /** {@code spark.read().schema(…).json(…)} as one would tune it for small objects. */
  STOCK(
      Map.of(
          // A few large tasks instead of one for each 32 files.
          "spark.sql.files.openCostInBytes", "16384",
          "spark.sql.files.minPartitionNum", "8",
          "spark.sql.sources.ignoreDataLocality", "true",
          // Whole objects in one GET each, and as many connections as could be of use.
          "spark.hadoop.fs.s3a.experimental.input.fadvise", "sequential",
          "spark.hadoop.fs.s3a.connection.maximum", "128",
          "spark.hadoop.fs.s3a.threads.max", "64")) {
    @Override
    Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) {
      String[] prefixes =
          hours.stream().map(hour -> root + "/" + RawKey.hourPrefix(hour)).toArray(String[]::new);
      return SparkJson.columns(
          spark.read().schema(SparkJson.SCHEMA).option("multiLine", false).json(prefixes),
          "right(_metadata.file_path, " + KEY_LENGTH + ")");
    }
  };

  /** As the job's own. */
  private static final int LOCAL_FETCHES = 4;

  private static final int REMOTE_FETCHES = 64;

  private static final int KEY_LENGTH =
      "2026/11/22/13/event-00000000-0000-0000-0000-000000000000.json".length();

  private final Map<String, String> settings;

  EventReader(Map<String, String> settings) {
    this.settings = settings;
  }

  /** What Spark is told for it at its start. */
  Map<String, String> settings() {
    return settings;
  }

  /** The hours' events, not yet read. */
  abstract Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) throws IOException;
}
