package io.clickstream.bench.parse;

import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.EventDigest;
import io.clickstream.bench.peer.SparkJson;
import io.clickstream.etl.parse.ParseRecords;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * CPU time from bytes in memory to columns, in a single task: the job's parser, which makes all of
 * its columns, against {@code from_json} and expressions for those that {@link SparkJson} has.
 */
public final class ParseBenchmark extends ScaledBenchmark<Scale> {

  private static final double MOST_TIME = 1;
  private static final int FETCHES = 4;

  /** Describes it. */
  public ParseBenchmark() {
    super(
        "parse",
        "CPU time of an event from bytes to columns, against Spark's from_json",
        Scale.FULL,
        Scale.QUICK);
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("reading %,d events".formatted(scale.events()));
    Dataset<Row> raw = read(workbench, scale.events()).persist(StorageLevel.MEMORY_ONLY());
    try {
      return measure(raw, scale, progress);
    } finally {
      raw.unpersist();
    }
  }

  private static Report measure(Dataset<Row> raw, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    Dataset<Row> ours = new ParseRecords(new ParseRules(0)).apply(raw);
    Dataset<Row> fromJson = fromJson(raw);
    EventDigest.of(fromJson).requireSameAs(EventDigest.of(ours), scale.events());
    progress.accept("in turns: ours and from_json");
    SparkContext spark = raw.sparkSession().sparkContext();
    Turns turns =
        new Turns(
            scale.warmUps(),
            scale.rounds(),
            new Program("ours", () -> microseconds(spark, ours, scale)),
            new Program("from_json", () -> microseconds(spark, fromJson, scale)));
    return new Report(
        List.of(
            turns.slowDownAtMost(
                MOST_TIME, "CPU time of an event / from_json", "ours", "from_json")),
        List.of(turns.figure("CPU time of an event", "µs")),
        List.of());
  }

  /** The records, in one partition. */
  private static Dataset<Row> read(Workbench workbench, int events) throws IOException {
    Path folder = workbench.folder().resolve("parse");
    HourlyEvents hourly =
        new HourlyEvents(events, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.TWIN));
    hourly.writeBatches(folder);
    SparkSession spark = workbench.spark();
    RawStore store = new RawStore(folder.toUri(), spark.sparkContext().hadoopConfiguration());
    List<ListedObjects> objects = new ArrayList<>();
    for (Instant hour : hourly.hours()) {
      objects.add(store.list(hour, Instant.EPOCH).objects());
    }
    return new ReadObjects(store, FETCHES)
        .read(spark, objects)
        .where("kind = 'record'")
        .coalesce(1);
  }

  private static Dataset<Row> fromJson(Dataset<Row> raw) {
    Dataset<Row> parsed =
        raw.select(
            functions.expr(
                "from_json(CAST(body AS STRING), '%s') AS event".formatted(SparkJson.SCHEMA)),
            functions.col("key"));
    return SparkJson.columns(parsed.select("event.*", "key"), "key");
  }

  private static double microseconds(SparkContext spark, Dataset<Row> rows, Scale scale)
      throws IOException {
    return CpuTime.of(spark, () -> EventDigest.make(rows)) / 1e3 / scale.events();
  }
}
