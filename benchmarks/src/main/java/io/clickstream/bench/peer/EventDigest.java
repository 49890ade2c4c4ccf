package io.clickstream.bench.peer;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What a dataset of events comes to, in no order: equal for equal sets of rows.
 *
 * @param events rows that stand for an event: those with an id
 * @param sum of the rows' hashes over {@link PeerColumns#PARSED}
 */
public record EventDigest(long events, BigDecimal sum) {

  /** A NULL leaves Spark's hash as it was, so that it is told apart from its neighbour's value. */
  private static final String HASHED =
      Arrays.stream(PeerColumns.PARSED.split(", "))
          .map(column -> "%1$s, %1$s IS NULL".formatted(column))
          .collect(Collectors.joining(", "));

  /** Makes all columns of all rows, and puts them nowhere. */
  public static EventDigest of(Dataset<Row> rows) throws IOException {
    Observation observed = new Observation();
    make(
        rows.observe(
            observed,
            functions.expr("count(event_id) AS events"),
            functions.expr(
                """
                coalesce(sum(CAST(IF(event_id IS NULL, 0L, xxhash64(%s)) AS DECIMAL(28, 0))), 0)
                AS digest"""
                    .formatted(HASHED))));
    try {
      Map<String, ?> figures = observed.getAsJava();
      return new EventDigest((Long) figures.get("events"), (BigDecimal) figures.get("digest"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading", e);
    }
  }

  /** Likewise, without looking. */
  public static void make(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  /**
   * Fails unless these are all events, and the same as another's.
   *
   * @param expected how many there are
   */
  public void requireSameAs(EventDigest other, long expected) {
    if (events != expected || !equals(other)) {
      throw new IllegalStateException(
          "readers disagree on %,d events: %s and %s".formatted(expected, this, other));
    }
  }
}
