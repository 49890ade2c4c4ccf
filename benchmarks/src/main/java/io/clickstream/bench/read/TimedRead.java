package io.clickstream.bench.read;

import io.clickstream.bench.peer.EventDigest;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * What a read gave, and how long it took from listing to the last row.
 *
 * @param seconds as a clock on the wall shows it
 */
record TimedRead(double seconds, EventDigest digest) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Reads. */
  static TimedRead of(EventReader reader, SparkSession spark, URI root, List<Instant> hours)
      throws IOException {
    long startedAt = System.nanoTime();
    EventDigest digest = EventDigest.of(reader.read(spark, root, hours));
    return new TimedRead((System.nanoTime() - startedAt) / NANOS_PER_SECOND, digest);
  }

  /** One line that another process can print and {@link #parse} reads. */
  String format() {
    return String.format(Locale.ROOT, "%.3f %d %s", seconds, digest.events(), digest.sum());
  }

  /** Reads what {@link #format} wrote. */
  static TimedRead parse(String line) {
    String[] words = line.split(" ");
    return new TimedRead(
        Double.parseDouble(words[0]),
        new EventDigest(Long.parseLong(words[1]), new BigDecimal(words[2])));
  }
}
