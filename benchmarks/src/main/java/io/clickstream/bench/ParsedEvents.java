package io.clickstream.bench;

import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Two parsers for JMH. An invocation parses all events from bytes in memory, in one task. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ParsedEvents extends SparkState {

  private Dataset<Row> ours;
  private Dataset<Row> fromJson;

  /** Reads the records into memory, and checks that both parsers return the same rows. */
  @Override
  void prepare(SparkSession spark) throws Exception {
    Dataset<Row> records =
        new JobStages(spark, hours(HOURS))
            .read()
            .where("kind = 'record'")
            .coalesce(1)
            .persist(StorageLevel.MEMORY_ONLY());
    ours = JobStages.parse(records);
    String event = "from_json(CAST(body AS STRING), '%s') AS event".formatted(SparkJson.SCHEMA);
    fromJson =
        SparkJson.columns(
            records.select(functions.expr(event), functions.col("key")).select("event.*", "key"));
    EventDigest.of(fromJson).requireSameAs(EventDigest.of(ours), events());
  }

  @Benchmark
  public void ours() {
    EventDigest.compute(ours);
  }

  @Benchmark
  public void fromJson() {
    EventDigest.compute(fromJson);
  }
}
