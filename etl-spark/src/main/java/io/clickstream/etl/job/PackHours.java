package io.clickstream.etl.job;

import io.clickstream.etl.source.CopyIntoPacks;
import io.clickstream.etl.source.PackOutcome;
import io.clickstream.etl.source.RawStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Packs hours of raw objects. Needs no warehouse.
 *
 * <ol>
 *   <li><b>List</b> the hours ahead, and collect the objects of consecutive hours.
 *   <li><b>Pack</b> them in Spark ({@link CopyIntoPacks}), about as many together as a slice loads.
 *   <li><b>Continue</b> after a failure. The result names it, and the next run tries again.
 * </ol>
 */
final class PackHours {

  private static final long OBJECTS_TOGETHER = 500_000;

  /** The run ends after this number of unlisted hours in a row: the store is then at fault. */
  private static final int UNLISTED_HOURS_IN_A_ROW = 24;

  private final SparkSession spark;
  private final RawStore store;
  private final CopyIntoPacks objects;
  private final Clock clock;
  private final RunListener listener;
  private PackOutcome outcome = PackOutcome.NONE;

  PackHours(
      SparkSession spark,
      RawStore store,
      CopyIntoPacks objects,
      Clock clock,
      RunListener listener) {
    this.spark = spark;
    this.store = store;
    this.objects = objects;
    this.clock = clock;
    this.listener = listener;
  }

  /** Packs the hours. */
  PackResult pack(List<Instant> hours) {
    Progress progress = new Progress(clock, hours.size(), hours.size());
    int unlistedInARow = 0;
    int waiting = 0;
    CopyIntoPacks.Plan plan = new CopyIntoPacks.Plan();
    try (HoursAhead listed = new HoursAhead(store::list, hours, clock::instant)) {
      while (listed.hasNext()) {
        waiting++;
        try {
          objects.plan(listed.next(), plan);
          unlistedInARow = 0;
        } catch (UnlistedHourException e) {
          if (++unlistedInARow == UNLISTED_HOURS_IN_A_ROW) {
            throw e;
          }
          listed.skip();
          add(PackOutcome.failed(e.getMessage()));
        }
        if (plan.objectCount() >= OBJECTS_TOGETHER || !listed.hasNext()) {
          long packed = plan.objectCount();
          add(objects.pack(spark, plan));
          plan = new CopyIntoPacks.Plan();
          progress.add(waiting, waiting, packed);
          waiting = 0;
          if (progress.hasHoursLeft()) {
            listener.message(progress.toString());
          }
        }
      }
    }
    return new PackResult(hours.size(), outcome);
  }

  private void add(PackOutcome part) {
    part.failures().forEach(listener::message);
    outcome = outcome.and(part);
  }
}
