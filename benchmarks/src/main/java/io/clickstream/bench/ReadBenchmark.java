package io.clickstream.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the same objects by the job's reader and by Spark's, each time in a new JVM: from S3 at 20
 * ms, from S3 at 0 ms, and from the local disk without a warm-up.
 */
final class ReadBenchmark implements Benchmark {

  private static final double FAR_AT_LEAST = 40;
  private static final double NEAR_AT_LEAST = 6;
  private static final double LOCAL_AT_LEAST = 6;
  private static final String OURS = "ours";
  private static final String STOCK = "stock";

  /** Objects on the local disk, and the same on S3. */
  private record Objects(int number, RawHours local, RawHours remote) {}

  @Override
  public void run(Workbench bench) throws Exception {
    try (S3Bucket bucket = S3Bucket.create()) {
      measureS3(bench, bucket);
    }
    measureLocal(bench);
  }

  private static void measureS3(Workbench bench, S3Bucket bucket) throws Exception {
    Objects all = upload(bench, bucket, bench.of(20_000, 4_000, 60));
    Objects many = upload(bench, bucket, bench.of(2_000, 200, 20));
    Objects half = upload(bench, bucket, bench.of(1_000, 100, 10));
    Objects few = upload(bench, bucket, bench.of(500, 50, 5));
    Reader ours = new Reader(bench, bucket.far(), many.remote);
    Reader far = new Reader(bench, bucket.far(), few.remote);
    Reader near = new Reader(bench, bucket.near(), all.remote);

    bench.progress("S3 at 20 ms: in turns");
    List<Program> programs = new ArrayList<>();
    String oursAll = "ours, %,d objects".formatted(all.number);
    programs.add(new Program(oursAll, () -> all.number / ours.seconds(OURS, all)));
    for (Objects objects : bench.isTest() ? List.of(many) : List.of(few, half, many)) {
      programs.add(
          new Program(
              "stock, %,d objects".formatted(objects.number),
              () -> objects.number / far.seconds(STOCK, objects)));
    }
    int rounds = bench.of(3, 1, 1);
    Turns rates = new Turns(0, rounds, programs.toArray(Program[]::new));
    bench.add(
        Target.atLeast(
            FAR_AT_LEAST,
            "read %,d objects, S3 at 20 ms / stock Spark".formatted(all.number),
            rates.ratio(oursAll, "stock, %,d objects".formatted(many.number))));
    bench.add(rates.figure("read, S3 at 20 ms", "objects/s"));

    bench.progress("S3 at 0 ms: in turns, %,d objects", all.number);
    String name = "read %,d objects, S3 at 0 ms".formatted(all.number);
    compare(bench, name, NEAR_AT_LEAST, rounds, near, all);
  }

  private static void measureLocal(Workbench bench) throws Exception {
    int number = bench.of(100_000, 10_000, 100);
    bench.progress("local disk: writing %,d objects, then reading in turns", number);
    RawHours local = local(bench, number);
    Reader cold = new Reader(bench, Map.of(), null);
    Objects objects = new Objects(number, local, local);
    String name = "read %,d objects, local disk".formatted(number);
    compare(bench, name, LOCAL_AT_LEAST, bench.of(3, 1, 1), cold, objects);
  }

  private static void compare(
      Workbench bench, String name, double limit, int rounds, Reader reader, Objects objects)
      throws Exception {
    Turns turns =
        new Turns(
            0,
            rounds,
            new Program(OURS, () -> reader.seconds(OURS, objects)),
            new Program(STOCK, () -> reader.seconds(STOCK, objects)));
    bench.add(Target.atLeast(limit, name + " / stock Spark", turns.ratio(STOCK, OURS)));
    bench.add(turns.figure(name, "s"));
  }

  private static Objects upload(Workbench bench, S3Bucket bucket, int number) throws Exception {
    bench.progress("uploading %,d objects to S3", number);
    RawHours local = local(bench, number);
    return new Objects(number, local, bucket.upload(local, "objects-" + number));
  }

  private static RawHours local(Workbench bench, int number) throws Exception {
    return RawHours.exactly(bench.folder().resolve("read-" + number), number, RawHours.WITH_ID, 1);
  }

  /** Runs {@link ObjectReaders}. It reads in a cold JVM if the warm-up is null. */
  private record Reader(Workbench bench, Map<String, String> settings, RawHours warmUp) {

    double seconds(String reader, Objects objects) throws Exception {
      Map<String, String> properties = new HashMap<>(settings);
      if (reader.equals(STOCK)) {
        properties.putAll(ObjectReaders.STOCK_SETTINGS);
      }
      properties.put(SparkState.MASTER, Workbench.SPARK_MASTER);
      properties.put(SparkState.HOURS, objects.remote.toString());
      properties.put(SparkState.EVENTS, Integer.toString(objects.number));
      properties.put(ObjectReaders.READER, reader);
      properties.put(ObjectReaders.LOCAL, objects.local.toString());
      if (warmUp != null) {
        properties.put(ObjectReaders.WARM_UP, warmUp.toString());
      }
      return Jmh.seconds(bench, ObjectReaders.class, "read", properties, 1, 0, 1);
    }
  }
}
