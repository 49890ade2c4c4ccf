package io.clickstream.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.spark.package$;

/**
 * When and on what was measured.
 *
 * @param date to the day
 * @param description in a line
 */
public record Machine(String date, String description) {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  /** Now and here: the load average tells whether others were at work. */
  public static Machine here(Clock clock) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        DAY.format(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)),
        String.format(
            Locale.ROOT,
            "%d cores, %d GB of memory, %s %s, Java %s, Spark %s; load average before: %.1f",
            system.getAvailableProcessors(),
            Math.round(system.getTotalMemorySize() / 1e9),
            system.getName(),
            system.getArch(),
            System.getProperty("java.version"),
            package$.MODULE$.SPARK_VERSION(),
            system.getSystemLoadAverage()));
  }
}
