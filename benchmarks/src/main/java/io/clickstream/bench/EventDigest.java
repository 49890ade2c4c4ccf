package io.clickstream.bench;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The digest of a dataset's events with an id, equal for equal sets of rows in any order. */
record EventDigest(long events, BigDecimal sum) {

  /** Spark's hash skips a NULL, so the hash also covers which columns are NULL. */
  private static final String HASHED =
      Arrays.stream(PeerColumns.PARSED.split(", "))
          .map(column -> "%1$s, %1$s IS NULL".formatted(column))
          .collect(Collectors.joining(", "));

  static EventDigest of(Dataset<Row> rows) throws Exception {
    Observation observed = new Observation();
    compute(
        rows.observe(
            observed,
            functions.expr("count(event_id) AS events"),
            functions.expr(
                """
                coalesce(sum(CAST(IF(event_id IS NULL, 0L, xxhash64(%s)) AS DECIMAL(28, 0))), 0)
                AS digest\
                """
                    .formatted(HASHED))));
    Map<String, ?> figures = observed.getAsJava();
    return new EventDigest((Long) figures.get("events"), (BigDecimal) figures.get("digest"));
  }

  /** Computes all columns of all rows, and discards them. */
  static void compute(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  /** Fails unless these are all expected events and equal the other's. */
  void requireSameAs(EventDigest other, long expected) {
    if (events != expected || !equals(other)) {
      throw new IllegalStateException(
          "readers disagree on %,d events: %s and %s".formatted(expected, this, other));
    }
  }
}
