package io.clickstream.bench.read;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Figure;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.EventDigest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads from the local disk, each in a process that has done nothing before. */
final class LocalReads {

  private static final double AT_LEAST = 6;
  private static final URI NO_ENDPOINT = URI.create("none");

  private final Workbench workbench;
  private final Reader.Start readers;
  private final Scale scale;
  private final Consumer<String> progress;
  private final HourlyEvents events;
  private final URI root;
  private EventDigest first;

  /** Writes the objects. */
  LocalReads(Workbench workbench, Reader.Start readers, Scale scale, Consumer<String> progress)
      throws IOException {
    this.workbench = workbench;
    this.readers = readers;
    this.scale = scale;
    this.progress = progress;
    this.events = ReadBenchmark.events(scale.localObjects());
    Path folder = workbench.folder().resolve("read-local");
    this.root = folder.toUri();
    progress.accept("local disk: writing %,d objects".formatted(scale.localObjects()));
    events.write(folder);
  }

  void measure(List<Bar> bars, List<Figure> figures) throws IOException, SQLException {
    progress.accept("local disk: reading in fresh processes");
    Turns turns =
        new Turns(
            0,
            scale.rounds(),
            new Program("ours", () -> seconds(EventReader.OURS)),
            new Program("stock", () -> seconds(EventReader.STOCK)));
    bars.add(
        turns.speedUpAtLeast(
            AT_LEAST,
            "read %,d objects, local disk / stock Spark".formatted(scale.localObjects()),
            "ours",
            "stock"));
    figures.add(turns.figure("read %,d objects, local disk, cold".formatted(scale.localObjects())));
  }

  private double seconds(EventReader reader) throws IOException {
    try (Reader process = readers.start(workbench, reader, Workbench.SPARK_MASTER, Map.of())) {
      TimedRead read = process.read(NO_ENDPOINT, root, events);
      first = first == null ? read.digest() : first;
      read.digest().requireSameAs(first, scale.localObjects());
      return read.seconds();
    }
  }
}
