package io.clickstream.bench;

import io.clickstream.event.NameBasedUuid;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.testing.Command;
import io.clickstream.testing.TestWarehouses;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBDriver;

/**
 * Times the job, process start to exit: on the local disk against DuckDB and against itself with
 * half the objects, and on S3 at 20 ms against the replaced ETL.
 */
final class JobBenchmark implements Benchmark {

  private static final double DUCK_DB_AT_LEAST = 1;
  private static final double HALF_AT_MOST = 2.1;
  private static final double REPLACED_ETL_AT_LEAST = 30;
  private static final String OURS = "ours";
  private static final String DUCK_DB = "DuckDB";
  private static final String HALF = "ours, half the objects";

  @Override
  public void run(Workbench bench) throws Exception {
    measureLocal(bench);
    try (S3Bucket bucket = S3Bucket.create()) {
      measureS3(bench, bucket);
    }
  }

  private static void measureLocal(Workbench bench) throws Exception {
    int number = bench.of(200_000, 10_000, 200);
    bench.progress("writing %,d objects, and half as many", number);
    LocalLoads all = LocalLoads.write(bench, number);
    LocalLoads half = LocalLoads.write(bench, number / 2);
    bench.progress("in turns: ours, DuckDB, ours with half the objects");
    Turns turns =
        new Turns(
            0,
            bench.of(3, 1, 1),
            new Program(OURS, all::ours),
            new Program(DUCK_DB, all::duckDb),
            new Program(HALF, half::ours));
    String name = "job, %,d local objects".formatted(number);
    bench.add(Target.atLeast(DUCK_DB_AT_LEAST, name + " / DuckDB", turns.ratio(DUCK_DB, OURS)));
    String halves = "job, %,d / %,d objects".formatted(number, number / 2);
    bench.add(Target.atMost(HALF_AT_MOST, halves, turns.ratio(OURS, HALF)));
    bench.add(turns.figure(name, "s"));
    bench.add(new Figure(name, "s", Map.of("marts, which ours includes", Spread.of(all.marts()))));
  }

  private record LocalLoads(
      Workbench bench, RawHours hours, ExpectedRows expected, List<Double> marts) {

    static LocalLoads write(Workbench bench, int number) throws Exception {
      Path folder = bench.folder().resolve("job-" + number);
      RawHours hours = RawHours.exactly(folder, number, RawHours.WITH_ID, 1);
      return new LocalLoads(bench, hours, new ExpectedRows(), new ArrayList<>());
    }

    /** Returns the seconds of the job with its marts, which no peer has. */
    double ours() throws Exception {
      MeasuredWarehouse into = MeasuredWarehouse.create();
      into.settle();
      double seconds = bench.etl(Map.of(), into.arguments(hours));
      marts.add(
          Double.parseDouble(
              into.text("SELECT sum((stage_seconds ->> 'marts')::numeric) FROM etl_runs")));
      expected.require(OURS, into.digest());
      into.drop();
      return seconds;
    }

    /** Returns the seconds of DuckDB with psql. It fills no marts and not all columns. */
    double duckDb() throws Exception {
      MeasuredWarehouse into = MeasuredWarehouse.create();
      into.execute(Resource.text("duckdb-defaults.sql"));
      into.settle();
      String classPath =
          String.join(
              File.pathSeparator,
              location(DuckDBDriver.class),
              location(DuckDbJob.class),
              location(NameBasedUuid.class));
      double seconds =
          TimedProcess.run(
                  bench,
                  Command.of(
                          Command.javaHome().resolve("bin/java").toString(),
                          "-XX:TieredStopAtLevel=1",
                          "-cp",
                          classPath,
                          DuckDbJob.class.getName(),
                          Path.of(hours.root()).toString(),
                          bench.folder().toString(),
                          into.psqlUri())
                      .with("PGTZ", "UTC"))
              .seconds();
      expected.require(DUCK_DB, into.peerDigest());
      into.drop();
      return seconds;
    }

    private static String location(Class<?> type) {
      return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
  }

  private static void measureS3(Workbench bench, S3Bucket bucket) throws Exception {
    Path script =
        PeerPrograms.node(bench, "replaced-etl.mjs", "pg@8.16.3", "@aws-sdk/client-s3@3.1000.0");
    S3Loads all = S3Loads.upload(bench, bucket, bench.of(20_000, 2_000, 20));
    String ours = "ours, %,d objects".formatted(all.number);
    List<Program> programs = new ArrayList<>();
    programs.add(new Program(ours, () -> all.number / all.ours()));
    String peer = "";
    // A test needs no curve, and each size starts Spark once more.
    for (int divisor : bench.isTest() ? List.of(1) : List.of(4, 2, 1)) {
      int number = bench.of(2_000, 200, 20) / divisor;
      S3Loads fewer = S3Loads.upload(bench, bucket, number);
      fewer.ours();
      peer = "replaced ETL, %,d objects".formatted(number);
      programs.add(new Program(peer, () -> number / fewer.replacedEtl(script)));
    }
    bench.progress("S3 at 20 ms: in turns, ours and the replaced ETL");
    Turns turns = new Turns(0, bench.of(3, 1, 1), programs.toArray(Program[]::new));
    String name = "job, %,d objects, S3 at 20 ms".formatted(all.number);
    bench.add(
        Target.atLeast(REPLACED_ETL_AT_LEAST, name + " / replaced ETL", turns.ratio(ours, peer)));
    bench.add(turns.figure("job, S3 at 20 ms", "objects/s"));
  }

  private record S3Loads(
      Workbench bench, S3Bucket bucket, int number, RawHours hours, ExpectedRows expected) {

    /** Uploads objects. No event has a duplicate: the replaced ETL keeps an arbitrary one. */
    static S3Loads upload(Workbench bench, S3Bucket bucket, int number) throws Exception {
      bench.progress("S3 at 20 ms: uploading %,d objects", number);
      Path folder = bench.folder().resolve("job-s3-" + number);
      EnumSet<Kind> kinds = EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT);
      RawHours local = RawHours.exactly(folder, number, kinds, 1);
      RawHours hours = bucket.upload(local, "objects-" + number);
      return new S3Loads(bench, bucket, number, hours, new ExpectedRows());
    }

    double ours() throws Exception {
      MeasuredWarehouse into = MeasuredWarehouse.create();
      double seconds = bench.etl(bucket.far(), into.arguments(hours));
      requireExpectedRows(into, OURS);
      return seconds;
    }

    double replacedEtl(Path script) throws Exception {
      MeasuredWarehouse into = new MeasuredWarehouse(TestWarehouses.empty());
      into.execute(Resource.text("replaced-table.sql"));
      double seconds =
          TimedProcess.run(
                  bench,
                  Command.of(
                          "node",
                          script.toString(),
                          bucket.proxy().endpoint().toString(),
                          hours.root().getHost(),
                          hours.root().getPath().substring(1) + "/",
                          into.psqlUri())
                      .with("AWS_ACCESS_KEY_ID", bucket.bucket().accessKey())
                      .with("AWS_SECRET_ACCESS_KEY", bucket.bucket().secretKey()))
              .seconds();
      requireExpectedRows(into, "the replaced ETL");
      return seconds;
    }

    /** There has to be an event for each object. */
    private void requireExpectedRows(MeasuredWarehouse into, String program) throws Exception {
      String rows = into.digest("clickstream_events", PeerColumns.CONTRACT);
      if (!rows.startsWith(number + " ")) {
        throw new IllegalStateException(
            "%s stored %s of %,d objects".formatted(program, rows, number));
      }
      expected.require(program, rows);
      into.drop();
    }
  }
}
