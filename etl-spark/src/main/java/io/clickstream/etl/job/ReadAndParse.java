package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads and parses raw objects; the result has the rows of {@code ParsedRow}.
 *
 * @param fetchConcurrency requests in flight per task; if absent, 64 for a remote store and 4 for a
 *     local one
 */
record ReadAndParse(
    SparkSession spark, RawStore store, OptionalInt fetchConcurrency, ParseRules rules)
    implements Function<List<ListedObjects>, Dataset<Row>> {

  private static final int LOCAL_FETCHES = 4;
  private static final int REMOTE_FETCHES = 64;

  @Override
  public Dataset<Row> apply(List<ListedObjects> objects) {
    int fetches = fetches(fetchConcurrency, store);
    return new ParseRecords(rules).apply(new ReadObjects(store, fetches).read(spark, objects));
  }

  /** Returns the number of requests in flight per task. */
  static int fetches(OptionalInt given, RawStore store) {
    return given.orElse(store.isRemote() ? REMOTE_FETCHES : LOCAL_FETCHES);
  }
}
