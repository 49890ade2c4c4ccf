package io.clickstream.bench.read;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Benchmark;
import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Duel;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.LatencyProxy;
import io.clickstream.bench.S3Bucket;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Workbench;
import io.clickstream.local.simulate.SimulatedPost.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads the same objects by the job's reader and by the one that Spark has: from S3 twenty
 * milliseconds away, from S3 nearby, and from the local disk in fresh processes.
 */
public final class ReadBenchmark implements Benchmark {

  private static final double FAR_S3 = 40;
  private static final double NEAR_S3 = 6;
  private static final double LOCAL_DISK = 6;

  private static final Duration LATENCY = Duration.ofMillis(20);

  @Override
  public String name() {
    return "read";
  }

  @Override
  public String about() {
    return "many small objects, against Spark's own reader";
  }

  @Override
  public Report run(boolean quick, Consumer<String> progress) throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      return measure(workbench, quick ? Scale.QUICK : Scale.FULL, progress);
    }
  }

  Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    List<Bar> bars = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (S3Bucket bucket = new S3Bucket(workbench.folder().resolve("s3"))) {
      List<Integer> sizes = new ArrayList<>(scale.slowObjects());
      sizes.add(scale.objects());
      for (int size : sizes) {
        progress.accept("putting %,d objects on S3".formatted(size));
        Path folder = workbench.folder().resolve("upload-" + size);
        events(size).write(folder);
        bucket.upload(folder, bucket.root("of-" + size));
      }
      measureFar(workbench, bucket, scale, progress, bars, notes);
      measureNear(workbench, bucket, scale, progress, bars, notes);
    }
    measureLocal(workbench, scale, progress, bars, notes);
    return new Report(bars, notes);
  }

  /** Objects that both readers can tell the id of: events that came with one. */
  private static HourlyEvents events(int objects) {
    return new HourlyEvents(
        objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.TWIN));
  }

  private static void measureFar(
      Workbench workbench,
      S3Bucket bucket,
      Scale scale,
      Consumer<String> progress,
      List<Bar> bars,
      List<String> notes)
      throws IOException {
    Configuration configuration = workbench.spark().sparkContext().hadoopConfiguration();
    List<Double> ours = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    Map<Integer, List<Double>> stock = new TreeMap<>();
    try (LatencyProxy proxy = new LatencyProxy(bucket.endpoint(), LATENCY)) {
      bucket.connect(configuration, proxy.endpoint());
      for (int size : scale.slowObjects()) { // Warms both up, and compares what they give.
        progress.accept("far S3: comparing %,d objects".formatted(size));
        TimedRead mine = read(workbench, EventReader.OURS, bucket, size);
        TimedRead theirs = read(workbench, EventReader.STOCK, bucket, size);
        mine.requireSameAs(theirs, size);
      }
      TimedRead all = read(workbench, EventReader.OURS, bucket, scale.objects());
      for (int round = 1; round <= scale.rounds(); round++) {
        progress.accept("far S3: round %d of %d".formatted(round, scale.rounds()));
        for (int size : scale.slowObjects()) {
          TimedRead theirs = read(workbench, EventReader.STOCK, bucket, size);
          stock.computeIfAbsent(size, none -> new ArrayList<>()).add(theirs.rate());
        }
        TimedRead mine = read(workbench, EventReader.OURS, bucket, scale.objects());
        mine.requireSameAs(all, scale.objects());
        ours.add(mine.rate());
        ratios.add(mine.rate() / stock.get(scale.mostSlowObjects()).get(round - 1));
      }
    }
    Spread stockRate = new Spread(stock.get(scale.mostSlowObjects()));
    bars.add(
        Bar.atLeast(
            FAR_S3,
            "read %,d objects, S3 at 20 ms / stock Spark".formatted(scale.objects()),
            new Spread(ours).median() / stockRate.median(),
            new Spread(ratios)));
    notes.add("S3 at 20 ms: ours, objects/s: " + rate(ours));
    stock.forEach(
        (size, rates) ->
            notes.add(
                "S3 at 20 ms: stock, objects/s at %,d objects: %s".formatted(size, rate(rates))));
  }

  private static String rate(List<Double> rates) {
    return new Spread(rates).toString();
  }

  private static TimedRead read(
      Workbench workbench, EventReader reader, S3Bucket bucket, int objects) throws IOException {
    return TimedRead.of(
        reader, workbench.spark(), bucket.root("of-" + objects), events(objects).hours());
  }

  private static void measureNear(
      Workbench workbench,
      S3Bucket bucket,
      Scale scale,
      Consumer<String> progress,
      List<Bar> bars,
      List<String> notes)
      throws IOException, SQLException {
    progress.accept("near S3: %,d objects".formatted(scale.objects()));
    bucket.connect(workbench.spark().sparkContext().hadoopConfiguration(), bucket.endpoint());
    TimedRead all = read(workbench, EventReader.OURS, bucket, scale.objects());
    Duel duel =
        Duel.of(
            0,
            scale.rounds(),
            () -> same(all, read(workbench, EventReader.OURS, bucket, scale.objects()), scale),
            () -> same(all, read(workbench, EventReader.STOCK, bucket, scale.objects()), scale));
    bars.add(
        duel.speedUpAtLeast(
            NEAR_S3, "read %,d objects, S3 at 0 ms / stock Spark".formatted(scale.objects())));
    notes.add("S3 at 0 ms: " + duel.seconds("stock"));
  }

  private static double same(TimedRead expected, TimedRead given, Scale scale) {
    given.requireSameAs(expected, scale.objects());
    return given.seconds();
  }

  private static void measureLocal(
      Workbench workbench,
      Scale scale,
      Consumer<String> progress,
      List<Bar> bars,
      List<String> notes)
      throws IOException, SQLException {
    progress.accept("local disk: writing %,d objects".formatted(scale.localObjects()));
    Path folder = workbench.folder().resolve("local");
    events(scale.localObjects()).write(folder);
    progress.accept("local disk: reading in fresh processes");
    TimedRead expected = readInProcess(workbench, EventReader.OURS, folder.toUri(), scale);
    Duel duel =
        Duel.of(
            0,
            scale.rounds(),
            () -> localSeconds(workbench, EventReader.OURS, folder.toUri(), expected, scale),
            () -> localSeconds(workbench, EventReader.STOCK, folder.toUri(), expected, scale));
    bars.add(
        duel.speedUpAtLeast(
            LOCAL_DISK,
            "read %,d objects, local disk / stock Spark".formatted(scale.localObjects())));
    notes.add("local disk, cold: " + duel.seconds("stock"));
    notes.add(
        String.format(
            Locale.ROOT,
            "local disk, cold: ours %,.0f objects/s, stock %,.0f",
            scale.localObjects() / duel.ours().median(),
            scale.localObjects() / duel.peer().median()));
  }

  private static double localSeconds(
      Workbench workbench, EventReader reader, URI root, TimedRead expected, Scale scale)
      throws IOException {
    TimedRead given = readInProcess(workbench, reader, root, scale);
    given.requireSameAs(expected, scale.localObjects());
    return given.seconds();
  }

  private static TimedRead readInProcess(
      Workbench workbench, EventReader reader, URI root, Scale scale) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(reader.name(), root.toString()));
    events(scale.localObjects()).hours().forEach(hour -> arguments.add(hour.toString()));
    ChildProcess process = ChildProcess.spark(workbench.folder(), ReadProcess.class, arguments);
    return TimedRead.parse(process.lastLine());
  }
}
