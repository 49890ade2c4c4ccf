package io.clickstream.bench;

import io.clickstream.local.diff.WarehouseDiff;
import io.clickstream.local.reload.Reload;
import io.clickstream.testing.Command;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;

/**
 * Reads the same events from packs and from objects of one event, on S3 at 20 ms; from packs on the
 * local disk, beside DuckDB; packs objects on S3 at 20 ms; and reloads a warehouse from packs.
 */
final class PacksBenchmark implements Benchmark {

  private static final double FAR_AT_LEAST = 20;
  private static final double LOCAL_AT_LEAST = 0.7;
  private static final double BYTES_AT_MOST = 0.2;
  private static final double PACK_AT_MOST = 1.5;
  private static final double RELOAD_AT_MOST = 1.1;

  /** A property: packs are deleted after each invocation. */
  static final String DELETES_PACKS = "bench.deletes-packs";

  private static final String OBJECTS = "objects";
  private static final String PACKS = "packs";
  private static final String PACK = "pack";
  private static final String LOAD = "load";
  private static final String RELOAD = "reload";
  private static final String OURS = "ours";
  private static final String DUCKDB = "DuckDB";

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(200_000, 20_000, 100);
    bench.progress("writing %,d objects, and packing them", events);
    RawHours objects =
        RawHours.exactly(bench.folder().resolve("objects"), events, RawHours.WITH_ID, 1);
    RawHours packs = packs(bench, objects);
    bench.add(
        Target.atMost(
            BYTES_AT_MOST,
            "bytes of packs / of their %,d objects".formatted(events),
            Ratio.once(bytes(packs) / (double) bytes(objects))));
    measureLocal(bench, packs, events);
    try (S3Bucket bucket = S3Bucket.create()) {
      measureS3(bench, bucket, objects, packs, events);
    }
    measureReload(bench);
  }

  /** Compares a reload from packs, until the swap, with a load of the same packs. */
  private static void measureReload(Workbench bench) throws Exception {
    int events = bench.of(2_000_000, 50_000, 500);
    bench.progress("reload: writing %,d events, and packing them", events);
    RawHours written =
        RawHours.exactly(
            bench.folder().resolve("reload"), events, RawHours.WITH_ID, RawHours.BATCH);
    RawHours packs = packs(written, bench.folder().resolve("reload-packs"));
    MeasuredWarehouse subject = MeasuredWarehouse.create();
    subject.load(packs);
    ExpectedRows rows = new ExpectedRows();
    rows.require("the first load", subject.digest());
    bench.progress("reload: in turns, %,d events", events);
    Turns turns =
        new Turns(
            0,
            bench.of(3, 2, 1),
            new Program(LOAD, () -> load(packs, rows)),
            new Program(RELOAD, () -> reload(packs, subject, rows)));
    subject.drop();
    String name = "reload %,d events from packs, to the swap".formatted(events);
    bench.add(Target.atMost(RELOAD_AT_MOST, name + " / load", turns.ratio(RELOAD, LOAD)));
    bench.add(turns.figure(name, "s"));
  }

  private static double load(RawHours packs, ExpectedRows rows) throws Exception {
    MeasuredWarehouse into = MeasuredWarehouse.create();
    into.settle();
    double seconds = into.load(packs).seconds();
    rows.require(LOAD, into.digest());
    into.drop();
    return seconds;
  }

  private static double reload(RawHours packs, MeasuredWarehouse subject, ExpectedRows rows)
      throws Exception {
    subject.settle();
    Stopwatch watch = Stopwatch.start();
    double seconds;
    try (Reload reload = JobStages.reload(packs, subject)) {
      WarehouseDiff diff = reload.load().orElseThrow();
      if (diff.differs()) {
        throw new IllegalStateException("a reload with the same settings has other rows");
      }
      reload.swap();
      seconds = watch.seconds();
      reload.dropBefore();
    }
    rows.require(RELOAD, subject.digest());
    return seconds;
  }

  /** Copies the packs of objects to a root of their own. */
  private static RawHours packs(Workbench bench, RawHours objects) throws Exception {
    bench.spark();
    return packs(objects, bench.folder().resolve(PACKS));
  }

  private static RawHours packs(RawHours objects, Path root) throws Exception {
    JobStages.pack(objects);
    Path from = Path.of(objects.root());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path pack : files.filter(PacksBenchmark::isPack).toList()) {
        Path target = root.resolve(from.relativize(pack).toString());
        Files.createDirectories(target.getParent());
        Files.move(pack, target);
      }
    }
    return objects.below(root.toUri());
  }

  private static boolean isPack(Path file) {
    return file.getFileName().toString().startsWith("pack-");
  }

  private static long bytes(RawHours hours) throws Exception {
    try (Stream<Path> files = Files.walk(Path.of(hours.root()))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void measureLocal(Workbench bench, RawHours packs, int events) throws Exception {
    bench.progress("local disk: in turns, %,d events", events);
    int warmUps = bench.of(2, 1, 0);
    int iterations = bench.of(3, 2, 1);
    Turns turns =
        new Turns(
            0,
            bench.of(3, 1, 1),
            new Program(
                OURS, () -> seconds(bench, "parse", Map.of(), packs, events, warmUps, iterations)),
            new Program(DUCKDB, () -> duckDb(bench, packs, warmUps, iterations)));
    String name = "read %,d events from packs, local disk".formatted(events);
    bench.add(Target.atLeast(LOCAL_AT_LEAST, name + " / DuckDB", turns.ratio(DUCKDB, OURS)));
    bench.add(turns.figure(name, "s"));
  }

  private static double duckDb(Workbench bench, RawHours packs, int warmUps, int rounds)
      throws Exception {
    String classPath =
        String.join(File.pathSeparator, location(DuckDBDriver.class), location(DuckDbPacks.class));
    Command command =
        Command.of(
            Command.javaHome().resolve("bin/java").toString(),
            "-cp",
            classPath,
            DuckDbPacks.class.getName(),
            Path.of(packs.root()).toString(),
            Integer.toString(warmUps),
            Integer.toString(rounds));
    return Double.parseDouble(TimedProcess.run(bench, command).lastLine());
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  private static void measureS3(
      Workbench bench, S3Bucket bucket, RawHours objects, RawHours packs, int events)
      throws Exception {
    bench.progress("uploading %,d objects and their packs to S3", events);
    RawHours remoteObjects = bucket.upload(objects, OBJECTS);
    RawHours remotePacks = bucket.upload(packs, PACKS);
    Map<String, String> far = bucket.far();
    bench.progress("S3 at 20 ms: in turns");
    // Compiling the parser takes as long as reading packs does.
    int warmUps = bench.of(1, 0, 0);
    Turns turns =
        new Turns(
            0,
            bench.of(2, 1, 1),
            new Program(
                OBJECTS, () -> seconds(bench, "parse", far, remoteObjects, events, warmUps, 1)),
            new Program(PACKS, () -> seconds(bench, "parse", far, remotePacks, events, warmUps, 1)),
            new Program(PACK, () -> seconds(bench, "pack", far, remoteObjects, events, 0, 1)));
    bench.add(
        Target.atLeast(
            FAR_AT_LEAST,
            "read %,d events, S3 at 20 ms, packs / objects".formatted(events),
            turns.ratio(OBJECTS, PACKS)));
    bench.add(
        Target.atMost(
            PACK_AT_MOST,
            "pack %,d objects, S3 at 20 ms / read them".formatted(events),
            turns.ratio(PACK, OBJECTS)));
    bench.add(turns.figure("packs, S3 at 20 ms", "s"));
  }

  private static double seconds(
      Workbench bench,
      String method,
      Map<String, String> settings,
      RawHours hours,
      int events,
      int warmUps,
      int iterations)
      throws Exception {
    Map<String, String> properties = new HashMap<>(settings);
    properties.put(SparkState.MASTER, Workbench.SPARK_MASTER);
    properties.put(SparkState.HOURS, hours.toString());
    properties.put(SparkState.EVENTS, Integer.toString(events));
    if (method.equals("pack")) {
      properties.put(DELETES_PACKS, "true");
    }
    return Jmh.seconds(bench, PackReaders.class, method, properties, 4, warmUps, iterations);
  }
}
