package io.clickstream.bench.read;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Figure;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.LatencyProxy;
import io.clickstream.bench.S3Bucket;
import io.clickstream.bench.SlowPeer;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.EventDigest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Reads from S3, far and near, by two processes that stay. */
final class S3Reads implements AutoCloseable {

  private static final double FAR = 40;
  private static final double NEAR = 6;
  private static final Duration LATENCY = Duration.ofMillis(20);

  /** More than there are cores, so that many of the stock reader's requests are in flight. */
  private static final int MANY_TASKS = 32;

  private final Workbench workbench;
  private final Reader.Start readers;
  private final Scale scale;
  private final Consumer<String> progress;
  private final S3Bucket bucket;
  private final LatencyProxy proxy;
  private final Reader ours;
  private final Reader stock;
  private final Map<Integer, EventDigest> truth = new HashMap<>();

  /** Puts the objects, and starts the readers. */
  S3Reads(Workbench workbench, Reader.Start readers, Scale scale, Consumer<String> progress)
      throws IOException {
    this.workbench = workbench;
    this.readers = readers;
    this.scale = scale;
    this.progress = progress;
    bucket = new S3Bucket(workbench.folder().resolve("read-s3"));
    proxy = new LatencyProxy(bucket.endpoint(), LATENCY);
    List<Integer> sizes = new ArrayList<>(scale.slowObjects());
    sizes.add(scale.objects());
    for (int size : sizes) {
      progress.accept("putting %,d objects on S3".formatted(size));
      Path folder = workbench.folder().resolve("read-" + size);
      ReadBenchmark.events(size).write(folder);
      bucket.upload(folder, root(size));
    }
    ours = reader(EventReader.OURS, Workbench.SPARK_MASTER);
    stock = reader(EventReader.STOCK, Workbench.SPARK_MASTER);
  }

  private Reader reader(EventReader reader, String master) throws IOException {
    return readers.start(workbench, reader, master, bucket.sparkSettings(bucket.endpoint()));
  }

  private URI root(int objects) {
    return bucket.root("of-" + objects);
  }

  void measureFar(List<Bar> bars, List<Figure> figures, List<String> notes)
      throws IOException, SQLException {
    progress.accept("far S3: warming up, and comparing");
    for (int size : scale.slowObjects()) {
      far(ours, size);
    }
    notes.add("requests an object, ours: " + requestsPerObject(ours));
    notes.add("requests an object, stock: " + requestsPerObject(stock));
    progress.accept("far S3: in turns");
    SlowPeer rates =
        new SlowPeer(
            "stock",
            scale.rounds(),
            scale.slowObjects(),
            scale.objects(),
            objects -> far(ours, objects),
            objects -> far(stock, objects));
    bars.add(
        rates.fasterAtLeast(
            FAR, "read %,d objects, S3 at 20 ms / stock Spark".formatted(scale.objects())));
    figures.add(rates.figure("read, S3 at 20 ms"));
    figures.add(
        new Figure(
            "read, S3 at 20 ms, more task threads than cores",
            "objects/s",
            Map.of("stock, local[%d]".formatted(MANY_TASKS), manyTasks())));
  }

  private String requestsPerObject(Reader reader) throws IOException {
    int size = scale.mostSlowObjects();
    long before = proxy.requests();
    far(reader, size);
    return String.format(Locale.ROOT, "%.2f", (double) (proxy.requests() - before) / size);
  }

  /** What else one can do about latency without another reader; no bar, but good to know. */
  private Spread manyTasks() throws IOException {
    progress.accept("far S3: stock reader with %d task threads".formatted(MANY_TASKS));
    try (Reader many = reader(EventReader.STOCK, "local[" + MANY_TASKS + "]")) {
      int size = scale.mostSlowObjects();
      far(many, size);
      return new Spread(List.of(size / far(many, size)));
    }
  }

  void measureNear(List<Bar> bars, List<Figure> figures) throws IOException, SQLException {
    int size = scale.objects();
    progress.accept("near S3: %,d objects".formatted(size));
    Turns turns =
        new Turns(
            0,
            scale.rounds(),
            new Program("ours", () -> seconds(ours, bucket.endpoint(), size)),
            new Program("stock", () -> seconds(stock, bucket.endpoint(), size)));
    bars.add(
        turns.speedUpAtLeast(
            NEAR, "read %,d objects, S3 at 0 ms / stock Spark".formatted(size), "ours", "stock"));
    figures.add(turns.figure("read %,d objects, S3 at 0 ms".formatted(size)));
  }

  private double far(Reader reader, int objects) throws IOException {
    return seconds(reader, proxy.endpoint(), objects);
  }

  /** The first to read so many objects tells what the others have to find. */
  private double seconds(Reader reader, URI endpoint, int objects) throws IOException {
    HourlyEvents events = ReadBenchmark.events(objects);
    TimedRead read = reader.read(endpoint, root(objects), events);
    read.digest().requireSameAs(truth.computeIfAbsent(objects, none -> read.digest()), objects);
    return read.seconds();
  }

  @Override
  public void close() throws IOException {
    ours.close();
    stock.close();
    proxy.close();
    bucket.close();
  }
}
