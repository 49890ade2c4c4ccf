package io.clickstream.bench;

import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.storage.StorageLevel;

/**
 * Loads the same parsed rows in three ways, each time into a new warehouse with all of its indexes,
 * and compares the stored events column by column.
 */
final class LoadBenchmark implements Benchmark {

  private static final double PSQL_AT_LEAST = 1;
  private static final double SPARK_JDBC_AT_LEAST = 2;
  private static final Instant DAY = Instant.parse("2026-11-21T00:00:00Z");
  private static final String OURS = "ours";
  private static final String PSQL = "psql";
  private static final String SPARK_JDBC = "Spark JDBC";

  /** Stages of the job that the peers do not have. */
  private static final List<String> NOT_LOADING = List.of("affected_ranges", "sessionize", "marts");

  /** All columns but the session key, which the JDBC peer does not compute. */
  private static final String COLUMNS = JobStages.eventColumns();

  @Override
  public void run(Workbench bench) throws Exception {
    int records = bench.of(1_000_000, 100_000, 2_000);
    bench.progress("parsing %,d records", records);
    RawHours day = new RawHours(bench.folder().resolve("load").toUri(), DAY, 24);
    day.write(day.traffic(records), RawHours.BATCH);
    JobStages job = new JobStages(bench.spark(), day);
    Dataset<Row> rows = JobStages.parse(job.read()).persist(StorageLevel.MEMORY_AND_DISK());
    rows.count();
    try {
      measure(bench, records, job, rows);
    } finally {
      rows.unpersist();
    }
  }

  private static void measure(Workbench bench, int records, JobStages job, Dataset<Row> rows)
      throws Exception {
    Path file = bench.folder().resolve("events.txt");
    bench.progress("loading once, for the expected rows");
    MeasuredWarehouse expected = MeasuredWarehouse.create();
    long read = job.load(rows, expected).count("records_read");
    psql(
        bench,
        expected,
        "\\copy (SELECT * FROM clickstream_events ORDER BY event_timestamp, event_id) to '%s'"
            .formatted(file));
    ExpectedRows rowsOfAll = new ExpectedRows();
    requireExpectedRows(rowsOfAll, expected, OURS);

    List<Load> loads = new ArrayList<>();
    bench.progress("in turns: ours, psql, Spark's JDBC writer");
    Loader ours =
        into -> {
          loads.add(job.load(rows, into));
          return secondsOfLoading(loads.get(loads.size() - 1));
        };
    Loader psql = into -> psql(bench, into, "\\copy clickstream_events from '" + file + "'");
    Loader sparkJdbc = into -> sparkJdbc(rows, into);
    Turns turns =
        new Turns(
            bench.of(1, 1, 0),
            bench.of(3, 1, 1),
            new Program(OURS, () -> load(rowsOfAll, OURS, ours)),
            new Program(PSQL, () -> load(rowsOfAll, PSQL, psql)),
            new Program(SPARK_JDBC, () -> load(rowsOfAll, SPARK_JDBC, sparkJdbc)));
    String name = "load %,d records".formatted(records);
    bench.add(Target.atLeast(PSQL_AT_LEAST, name + " / psql \\copy", turns.ratio(PSQL, OURS)));
    bench.add(
        Target.atLeast(SPARK_JDBC_AT_LEAST, name + " / Spark JDBC", turns.ratio(SPARK_JDBC, OURS)));
    bench.add(turns.figure(name, "s"));
    bench.note("%,d records read; events and their digest: %s".formatted(read, rowsOfAll));
    bench.note("ours, median seconds of the stages: " + MeasuredWarehouse.stages(loads));
    bench.note("marts, which no peer has, are left out of the ratio");
  }

  @FunctionalInterface
  private interface Loader {
    double seconds(MeasuredWarehouse into) throws Exception;
  }

  private static double load(ExpectedRows expected, String program, Loader loader)
      throws Exception {
    MeasuredWarehouse into = MeasuredWarehouse.create();
    into.settle();
    double seconds = loader.seconds(into);
    requireExpectedRows(expected, into, program);
    return seconds;
  }

  private static void requireExpectedRows(
      ExpectedRows expected, MeasuredWarehouse into, String program) throws Exception {
    expected.require(program, into.digest("clickstream_events", COLUMNS));
    into.drop();
  }

  private static double secondsOfLoading(Load load) {
    return load.seconds()
        - NOT_LOADING.stream().mapToDouble(stage -> load.stageSeconds(stage)).sum();
  }

  private static double psql(Workbench bench, MeasuredWarehouse warehouse, String command)
      throws Exception {
    return TimedProcess.run(
            bench,
            Command.of(
                "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", warehouse.psqlUri(), "-c", command))
        .seconds();
  }

  /** Writes by Spark's JDBC writer into an unlogged table, then inserts the first of each id. */
  private static double sparkJdbc(Dataset<Row> rows, MeasuredWarehouse into) throws Exception {
    String[] statements =
        Resource.text("spark-jdbc.sql").replace("${columns}", COLUMNS).split("\n----\n");
    Properties properties = new Properties();
    properties.setProperty("user", PostgresServer.USER);
    properties.setProperty("driver", "org.postgresql.Driver");
    properties.setProperty("batchsize", "10000");
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty("stringtype", "unspecified");
    Stopwatch watch = Stopwatch.start();
    into.execute(statements[0]);
    JobStages.events(rows)
        .write()
        .mode(SaveMode.Append)
        .jdbc(into.jdbcUrl(), "rows_by_jdbc", properties);
    into.execute(statements[1]);
    return watch.seconds();
  }
}
