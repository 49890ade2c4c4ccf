package io.clickstream.bench;

import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.TearDown;

/** Reading and packing for JMH. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PackReaders extends SparkState {

  private SparkSession spark;

  @Override
  void prepare(SparkSession started) throws Exception {
    spark = started;
    RawHours hours = hours(HOURS);
    if (hours.count() > 1) {
      parse(hours.at(hours.start(), 1));
    }
  }

  /** Lists, reads and parses objects and packs, as far as the rows that the job stages. */
  @Benchmark
  public void parse() throws Exception {
    long rows = parse(hours(HOURS));
    // A row per record and one per object.
    if (rows != 2L * events()) {
      throw new IllegalStateException(rows + " rows of " + events() + " objects");
    }
  }

  private long parse(RawHours hours) throws Exception {
    return JobStages.parse(new JobStages(spark, hours).read()).javaRDD().map(row -> 1).count();
  }

  /** Packs objects. */
  @Benchmark
  public void pack() throws Exception {
    JobStages.pack(hours(HOURS));
  }

  /** Deletes packs beside objects, since a second packing would have nothing to do. */
  @TearDown(Level.Invocation)
  public void deletePacks() throws Exception {
    if (!Boolean.getBoolean(PacksBenchmark.DELETES_PACKS)) {
      return;
    }
    RawHours hours = hours(HOURS);
    FileSystem files = FileSystem.get(hours.root(), spark.sparkContext().hadoopConfiguration());
    for (String prefix : hours.prefixes()) {
      FileStatus[] packs = files.globStatus(new Path(prefix, "pack-*"));
      for (FileStatus pack : packs == null ? new FileStatus[0] : packs) {
        files.delete(pack.getPath(), false);
      }
    }
  }
}
