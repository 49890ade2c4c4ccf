package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads and parses raw objects; the result has the rows of {@code ParsedRow}.
 *
 * @param fetchConcurrency requests in flight per task; if absent, 64 for a remote store and 4 for a
 *     local one
 * @param erased ids of the erasure requests, which tasks read from a broadcast; null if there is
 *     none
 */
record ReadAndParse(
    SparkSession spark,
    RawStore store,
    OptionalInt fetchConcurrency,
    ParseRules rules,
    ParseRecords.Erased erased)
    implements Function<List<ListedObjects>, Dataset<Row>> {

  private static final int LOCAL_FETCHES = 4;
  private static final int REMOTE_FETCHES = 64;

  /** Creates the step of a run that knows no erasure request. */
  ReadAndParse(SparkSession spark, RawStore store, OptionalInt fetchConcurrency, ParseRules rules) {
    this(spark, store, fetchConcurrency, rules, null);
  }

  /** Returns this step for a run that knows some erasure requests. */
  ReadAndParse erasing(ErasedIds ids) {
    return new ReadAndParse(
        spark, store, fetchConcurrency, rules, ids.isEmpty() ? null : broadcast(ids));
  }

  private ParseRecords.Erased broadcast(ErasedIds ids) {
    Broadcast<ErasedIds> sent =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(ids);
    return sent::value;
  }

  @Override
  public Dataset<Row> apply(List<ListedObjects> objects) {
    int fetches = fetches(fetchConcurrency, store);
    return new ParseRecords(rules, erased)
        .apply(new ReadObjects(store, fetches).read(spark, objects));
  }

  /** Returns the number of requests in flight per task. */
  static int fetches(OptionalInt given, RawStore store) {
    return given.orElse(store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES);
  }
}
