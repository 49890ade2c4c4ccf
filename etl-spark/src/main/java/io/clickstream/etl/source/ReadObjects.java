package io.clickstream.etl.source;

import io.clickstream.etl.schema.Columns;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads listed objects with many requests in flight per task and hands on their records.
 *
 * <p>Output {@link Columns#RAW}. A batch object is split on 0x0A only; its lines are numbered from
 * 1, blank ones counted in the numbers but not handed on. A read that breaks off begins anew, so
 * that no half of an object is ever handed on. An object that is gone since it was listed is {@code
 * vanished}, one that stays unreadable is {@code unreadable} with the reason; neither fails the
 * task: whether that fails the slice is the loader's to decide.
 */
public final class ReadObjects implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Small enough that a lost executor costs little, large enough that a task's start does not show.
   */
  private static final int OBJECTS_PER_TASK = 20_000;

  /** What a task holds of objects that wait to be parsed. */
  private static final long BYTES_AHEAD = 32 << 20;

  private final RawStore store;
  private final int fetchConcurrency;
  private final Retry retry;

  /**
   * A reader.
   *
   * @param fetchConcurrency requests in flight per task
   */
  public ReadObjects(RawStore store, int fetchConcurrency) {
    this(store, fetchConcurrency, Retry.standard());
  }

  ReadObjects(RawStore store, int fetchConcurrency, Retry retry) {
    this.store = store;
    this.fetchConcurrency = fetchConcurrency;
    this.retry = retry;
  }

  /** One dataset of all records of the objects, spread evenly over tasks. */
  public Dataset<Row> read(SparkSession spark, List<ListedObject> objects) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int cores = Math.max(1, context.defaultParallelism());
    int bySize = (objects.size() + OBJECTS_PER_TASK - 1) / OBJECTS_PER_TASK;
    int tasks = Math.max(1, Math.min(objects.size(), Math.max(cores, bySize)));
    // Rows as such, not yet in Spark's own form: parsing would only turn them back.
    return spark.createDataset(
        context.parallelize(objects, tasks).mapPartitions(this::fetchAll).rdd(),
        Encoders.row(Columns.RAW.sparkSchema()));
  }

  private Iterator<Row> fetchAll(Iterator<ListedObject> objects) {
    ReadAhead rows =
        new ReadAhead(
            objects, new ReadObject(store, retry, new Outage()), fetchConcurrency, BYTES_AHEAD);
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    }
    return rows;
  }
}
