package io.clickstream.bench.read;

import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Without the start of a JVM: in the workbench's Spark session. */
record ReaderInThisProcess(EventReader reader, SparkSession spark, Map<String, String> settings)
    implements Reader {

  static Reader start(
      Workbench workbench, EventReader reader, String master, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(reader.settings());
    return new ReaderInThisProcess(reader, workbench.spark(), all);
  }

  @Override
  public TimedRead read(URI endpoint, URI root, HourlyEvents events) throws IOException {
    settings.forEach(this::set);
    return ReadServer.read(reader, spark, endpoint.toString(), root, events.hours());
  }

  private void set(String name, String value) {
    String hadoop = "spark.hadoop.";
    if (name.equals("spark.hadoop.fs.s3a.endpoint")) {
      return; // Said with each read.
    }
    if (name.startsWith(hadoop)) {
      spark.sparkContext().hadoopConfiguration().set(name.substring(hadoop.length()), value);
    } else {
      spark.conf().set(name, value);
    }
  }

  @Override
  public void close() {
    // The session is the workbench's.
  }
}
