package io.clickstream.bench;

import io.clickstream.local.EmbeddedSpark;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A Spark session for JMH. System properties name its master and the raw objects. */
@State(Scope.Benchmark)
public abstract class SparkState {

  static final String MASTER = "bench.master";
  static final String HOURS = "bench.hours";
  static final String EVENTS = "bench.events";

  private EmbeddedSpark embedded;

  @Setup(Level.Trial)
  public void open() throws Exception {
    embedded = new EmbeddedSpark(System.getProperty(MASTER));
    embedded.await();
    prepare(SparkSession.active());
  }

  abstract void prepare(SparkSession spark) throws Exception;

  static int events() {
    return Integer.getInteger(EVENTS);
  }

  static RawHours hours(String property) {
    return RawHours.parse(System.getProperty(property));
  }

  @TearDown(Level.Trial)
  public void close() throws Exception {
    embedded.close();
    FileSystem.closeAll();
  }
}
