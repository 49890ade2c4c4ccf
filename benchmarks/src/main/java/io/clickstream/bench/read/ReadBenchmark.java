package io.clickstream.bench.read;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Figure;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Workbench;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the same objects by the job's reader and by the one that Spark has: from S3 twenty
 * milliseconds away, from S3 nearby, and from the local disk in fresh processes.
 */
public final class ReadBenchmark extends ScaledBenchmark<Scale> {

  private final Reader.Start readers;

  /** With each reader in a process of its own. */
  public ReadBenchmark() {
    this(ReaderProcess::new);
  }

  ReadBenchmark(Reader.Start readers) {
    super("read", "many small objects, against Spark's own reader", Scale.FULL, Scale.QUICK);
    this.readers = readers;
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    List<Bar> bars = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (S3Reads reads = new S3Reads(workbench, readers, scale, progress)) {
      reads.measureFar(bars, figures, notes);
      reads.measureNear(bars, figures);
    }
    new LocalReads(workbench, readers, scale, progress).measure(bars, figures);
    return new Report(bars, figures, notes);
  }

  /** Objects that both readers can tell the id of: events that came with one. */
  static HourlyEvents events(int objects) {
    return new HourlyEvents(
        objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.TWIN));
  }
}
