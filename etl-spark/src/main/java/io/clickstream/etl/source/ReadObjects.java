package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
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
 * <p>Output {@link RawRow}. A batch object is split on 0x0A only; its lines are numbered from 1,
 * blank ones counted in the numbers but not handed on. A read that breaks off begins anew, so that
 * no half of an object is ever handed on. An object that is gone since it was listed is {@code
 * vanished}, one that stays unreadable is {@code unreadable} with the reason; neither fails the
 * task: whether that fails the slice is the loader's to decide.
 */
public final class ReadObjects implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Small enough that a lost executor costs little, large enough that a task's start does not show.
   */
  private static final int RECORDS_PER_TASK = 20_000;

  /** What a task holds of objects that wait to be parsed. */
  private static final long BYTES_AHEAD = 32 << 20;

  private final RawStore store;
  private final int fetchConcurrency;

  /**
   * A reader.
   *
   * @param fetchConcurrency requests in flight per task
   */
  public ReadObjects(RawStore store, int fetchConcurrency) {
    this.store = store;
    this.fetchConcurrency = fetchConcurrency;
  }

  /** One dataset of all records of the objects, spread evenly over tasks. */
  public Dataset<Row> read(SparkSession spark, List<ListedObjects> hours) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> tasks =
        spread(hours, Math.max(1, context.defaultParallelism())).stream()
            .map(TaskObjects::toBytes)
            .toList();
    // Rows as such, not yet in Spark's own form: parsing would only turn them back.
    return spark.createDataset(
        context.parallelize(tasks, Math.max(1, tasks.size())).mapPartitions(this::fetchTask).rdd(),
        Encoders.row(RawRow.ALL.sparkSchema()));
  }

  /**
   * Cuts objects, in their order, into parts of about as many records each: as many parts as keep
   * all cores busy to the end, a multiple of their number.
   */
  static List<List<ListedObjects>> spread(List<ListedObjects> hours, int cores) {
    long records = hours.stream().mapToLong(ListedObjects::estimatedRecords).sum();
    long perRound = (long) cores * RECORDS_PER_TASK;
    long rounds = Math.max(1, (records + perRound - 1) / perRound);
    long parts = rounds * cores;
    List<List<ListedObjects>> spread = new ArrayList<>();
    long before = 0;
    long part = -1;
    for (ListedObjects hour : hours) {
      int begin = 0;
      for (int i = 0; i < hour.size(); i++) {
        long next = before * parts / records;
        if (next > part) {
          part = next;
          addTo(spread, hour.subList(begin, i));
          begin = i;
          spread.add(new ArrayList<>());
        }
        before += hour.get(i).estimatedRecords();
      }
      addTo(spread, hour.subList(begin, hour.size()));
    }
    return spread;
  }

  private static void addTo(List<List<ListedObjects>> spread, ListedObjects objects) {
    if (!objects.isEmpty()) {
      spread.get(spread.size() - 1).add(objects);
    }
  }

  private Iterator<Row> fetchTask(Iterator<byte[]> part) {
    return part.hasNext()
        ? fetchAll(TaskObjects.fromBytes(part.next()).stream().flatMap(List::stream).iterator())
        : Collections.emptyIterator();
  }

  private Iterator<Row> fetchAll(Iterator<ListedObject> objects) {
    ReadAhead rows =
        new ReadAhead(objects, new ReadObject(store, new Outage()), fetchConcurrency, BYTES_AHEAD);
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    }
    return rows;
  }
}
