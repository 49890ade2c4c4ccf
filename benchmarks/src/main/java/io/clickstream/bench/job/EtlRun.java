package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Launch;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A way to run the job. */
@FunctionalInterface
interface EtlRun {

  /** {@code ./clickstream etl}, from process start to exit. */
  EtlRun PROCESS =
      (workbench, settings, arguments) ->
          ChildProcess.run(
                  workbench.folder(), Launch.etl(Workbench.SPARK_MASTER, settings, "", arguments))
              .seconds();

  /**
   * Runs it.
   *
   * @param settings of Spark
   * @return seconds
   */
  double seconds(Workbench workbench, Map<String, String> settings, List<String> arguments)
      throws IOException;
}
