package io.clickstream.bench.job;

import io.clickstream.bench.Workbench;
import io.clickstream.etl.EtlMain;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Without the start of a JVM, which {@code HourBenchmarkIT} and others have. */
final class JobInThisProcess implements EtlRun {

  @Override
  public double seconds(Workbench workbench, Map<String, String> settings, List<String> arguments)
      throws IOException {
    Configuration hadoop = workbench.spark().sparkContext().hadoopConfiguration();
    settings.forEach((name, value) -> hadoop.set(name.replace("spark.hadoop.", ""), value));
    long startedAt = System.nanoTime();
    EtlMain.run(arguments.toArray(String[]::new), Map.of(), line -> {});
    return (System.nanoTime() - startedAt) / 1e9;
  }
}
