package io.clickstream.bench.read;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** One read in a JVM that has done nothing before. Arguments: the reader, the root, the hours. */
public final class ReadProcess {

  private ReadProcess() {}

  /** Reads, and prints what {@link TimedRead#parse} understands. */
  public static void main(String[] args) throws IOException {
    EventReader reader = EventReader.valueOf(args[0]);
    List<Instant> hours = Arrays.stream(args).skip(2).map(Instant::parse).toList();
    SparkSession spark =
        SparkSession.builder().config("spark.sql.session.timeZone", "UTC").getOrCreate();
    System.out.println(TimedRead.of(reader, spark, URI.create(args[1]), hours).format());
    spark.stop();
  }
}
