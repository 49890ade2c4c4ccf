package io.clickstream.bench.read;

import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Ways to read hours of raw objects. Each gives all that it has parsed, with columns {@code
 * event_id} (NULL where a row stands for no event), {@code event_timestamp} in microseconds and
 * {@code event_name} among the others.
 */
public enum EventReader {
  /** The job's reader and parser, with its defaults. */
  OURS {
    @Override
    Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) throws IOException {
      RawStore store = new RawStore(root, spark.sparkContext().hadoopConfiguration());
      List<ListedObject> objects = new ArrayList<>();
      for (Instant hour : hours) {
        objects.addAll(store.list(hour, Instant.EPOCH).objects());
      }
      int fetches = store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES;
      return new ParseRecords(new ParseRules(0))
          .apply(new ReadObjects(store, fetches).read(spark, objects));
    }
  },

  /**
   * {@code spark.read().schema(…).json(…)} as one would tune it: with the schema given, whole
   * objects in one GET, and a few large tasks instead of one for each 32 files.
   */
  STOCK {
    @Override
    Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) {
      spark.conf().set("spark.sql.files.openCostInBytes", SMALL_OPEN_COST);
      spark.conf().set("spark.sql.files.minPartitionNum", TASKS_A_CORE * cores(spark));
      spark
          .sparkContext()
          .hadoopConfiguration()
          .set("fs.s3a.experimental.input.fadvise", "sequential");
      String[] prefixes =
          hours.stream().map(hour -> root + "/" + RawKey.hourPrefix(hour)).toArray(String[]::new);
      return spark
          .read()
          .schema(RAW_EVENT)
          .option("multiLine", false)
          .json(prefixes)
          .withColumn("event_id", functions.expr("coalesce(eventId, event_id)"))
          .withColumn("event_timestamp", functions.expr("unix_micros(_ingest.receivedAt)"))
          .withColumn("event_name", functions.expr("coalesce(eventName, event_name)"));
    }
  };

  /** As the job's own. */
  private static final int LOCAL_FETCHES = 4;

  private static final int REMOTE_FETCHES = 32;

  private static final String SMALL_OPEN_COST = "16384";
  private static final int TASKS_A_CORE = 4;

  /** What the payloads hold that the warehouse has columns for; older trackers write event_id. */
  private static final String RAW_EVENT =
      """
      eventId STRING, eventName STRING, clientTimestamp TIMESTAMP, sentAt TIMESTAMP,
      event_id STRING, event_name STRING,
      clientId STRING, sessionId STRING, isFirstVisit BOOLEAN, userId STRING,
      userLoginState STRING, identitySource STRING, pageUrl STRING, pageTitle STRING,
      referrer STRING,
      product STRUCT<id: STRING, name: STRING, category: STRING, brandName: STRING,
        price: DECIMAL(18, 2), discountPrice: DECIMAL(18, 2), urlPath: STRING>,
      element STRING,
      `order` STRUCT<id: STRING, value: DECIMAL(18, 2), currency: STRING,
        items: ARRAY<STRUCT<productId: STRING, name: STRING, category: STRING, brand: STRING,
          quantity: BIGINT, price: DECIMAL(18, 2), discountPrice: DECIMAL(18, 2)>>>,
      _ingest STRUCT<receivedAt: TIMESTAMP, userAgent: STRING>""";

  private static int cores(SparkSession spark) {
    return spark.sparkContext().defaultParallelism();
  }

  /** The hours' events, not yet read. */
  abstract Dataset<Row> read(SparkSession spark, URI root, List<Instant> hours) throws IOException;
}
