package io.clickstream.bench.read;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What a read gave, and how long it took from listing to the last row. All columns of all rows are
 * made, and go nowhere.
 *
 * @param seconds as a clock on the wall shows it
 * @param events rows that stand for an event
 * @param digest sum of the rows' hashes over id, timestamp and name, in no order: equal for equal
 *     sets of rows
 */
record TimedRead(double seconds, long events, BigDecimal digest) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Reads. */
  static TimedRead of(EventReader reader, SparkSession spark, URI root, List<Instant> hours)
      throws IOException {
    long startedAt = System.nanoTime();
    Observation observed = new Observation();
    Dataset<Row> rows =
        reader
            .read(spark, root, hours)
            .observe(
                observed,
                functions.expr("count(event_id) AS events"),
                functions.expr(
                    """
                    coalesce(sum(CAST(IF(event_id IS NULL, 0L,
                      xxhash64(event_id, event_timestamp, event_name)) AS DECIMAL(28, 0))), 0)
                    AS digest"""));
    rows.write().format("noop").mode("overwrite").save();
    double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    try {
      Map<String, ?> figures = observed.getAsJava();
      return new TimedRead(
          seconds, (Long) figures.get("events"), (BigDecimal) figures.get("digest"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading", e);
    }
  }

  /** One line that another process can print and {@link #parse} reads. */
  String format() {
    return String.format(Locale.ROOT, "%.3f %d %s", seconds, events, digest);
  }

  /** Reads what {@link #format} wrote. */
  static TimedRead parse(String line) {
    String[] words = line.split(" ");
    return new TimedRead(
        Double.parseDouble(words[0]), Long.parseLong(words[1]), new BigDecimal(words[2]));
  }

  /** Events in a second. */
  double rate() {
    return events / seconds;
  }

  /**
   * Fails unless another read gave the same rows.
   *
   * @param objects how many there are, an event each
   */
  void requireSameAs(TimedRead other, long objects) {
    if (events != objects || other.events != objects || digest.compareTo(other.digest) != 0) {
      throw new IllegalStateException(
          "readers disagree on %,d objects: %s and %s".formatted(objects, this, other));
    }
  }
}
