package io.clickstream.bench;

import io.clickstream.local.EmbeddedSpark;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * What benchmarks run on: a PostgreSQL server and a Spark session of two cores in this process, and
 * a temporary folder. All of it goes at the end, also when we are killed.
 */
public final class Workbench implements AutoCloseable {

  /** Fixed, so that machines with more cores measure the same job. */
  public static final String SPARK_MASTER = "local[2]";

  private final ProcessReaper lifeline = new ProcessReaper();
  private final Path folder;
  private final PostgresServer postgres;
  private final EmbeddedSpark spark;

  /** Starts. */
  public Workbench() throws IOException {
    folder = Files.createTempDirectory("clickstream-bench-");
    lifeline.guard(folder);
    spark = new EmbeddedSpark(SPARK_MASTER);
    try {
      postgres = new PostgresServer(folder.resolve("postgresql"), 0, false, lifeline);
    } catch (IOException | RuntimeException e) {
      spark.close();
      throw e;
    }
    spark.await();
  }

  /** For raw objects and the like. */
  public Path folder() {
    return folder;
  }

  /** Ends a process if we are killed. */
  public void guard(Process process) {
    lifeline.guard(process.pid());
  }

  /** The Spark session. */
  public SparkSession spark() {
    return SparkSession.active();
  }

  /** The database server. */
  public PostgresServer postgres() {
    return postgres;
  }

  @Override
  public void close() throws IOException {
    spark.close();
    postgres.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
    lifeline.close();
  }
}
