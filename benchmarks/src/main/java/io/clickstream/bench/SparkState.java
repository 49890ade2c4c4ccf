package io.clickstream.bench;

import io.clickstream.local.EmbeddedSpark;
import java.net.URI;
import java.time.Instant;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A Spark session and raw objects for JMH. */
@State(Scope.Benchmark)
public abstract class SparkState {

  /** Spark's master. */
  @Param("unset")
  public String master;

  /** Root of the raw objects. */
  @Param("unset")
  public String root;

  /** Their first hour. */
  @Param("unset")
  public String start;

  /** Number of hours. */
  @Param("0")
  public int count;

  /** Number of events. */
  @Param("0")
  public int events;

  private EmbeddedSpark embedded;

  /** Starts the session and prepares what is measured. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    embedded = new EmbeddedSpark(master);
    embedded.await();
    prepare(SparkSession.active());
  }

  abstract void prepare(SparkSession spark) throws Exception;

  RawHours hours(String at) {
    return new RawHours(URI.create(at), Instant.parse(start), count);
  }

  /** Stops the session. */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    embedded.close();
    FileSystem.closeAll();
  }
}
