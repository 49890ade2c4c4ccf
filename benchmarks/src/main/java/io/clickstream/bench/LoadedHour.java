package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** One hour's load into a new warehouse, by the job as people start it. */
public final class LoadedHour {

  private static final Duration HOUR = Duration.ofHours(1);

  private LoadedHour() {}

  /**
   * Loads it.
   *
   * @param javaOptions besides those of the script
   * @param events how many records it has; a load of fewer, or one out of balance, fails
   */
  public static ChildProcess load(
      Workbench workbench, RawObjects objects, Instant start, int events, String javaOptions)
      throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "hour");
    ChildProcess job =
        ChildProcess.run(
            workbench.folder(),
            Launch.etl(
                Workbench.SPARK_MASTER,
                Map.of(),
                javaOptions,
                into.arguments(objects.root().toUri(), start, HOUR)));
    requireAll(job.lastLine(), events);
    into.drop();
    return job;
  }

  private static void requireAll(String ledger, int events) {
    if (!ledger.contains("\"records_read\":" + events + ",")
        || !ledger.contains("\"balanced\":true")) {
      throw new IllegalStateException("the job did not load %,d: %s".formatted(events, ledger));
    }
  }
}
