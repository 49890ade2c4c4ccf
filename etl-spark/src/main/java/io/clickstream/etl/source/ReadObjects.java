package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads listed objects with many requests in flight per task. Objects in packs are read by row
 * group, and give the same rows as single ones.
 *
 * <p>Output {@link RawRow}. A batch object is split on 0x0A only; its lines are numbered from 1,
 * and a blank line has a number but no row. After a transient error an object is read again from
 * its first byte, so its rows are always complete. An object that was deleted after the listing is
 * {@code vanished}. An object that cannot be read is {@code unreadable}, with the reason. Neither
 * fails the task; the caller decides.
 */
public final class ReadObjects implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A compromise between the cost of a task's start and the work that a lost task repeats. */
  private static final int RECORDS_PER_TASK = 20_000;

  /** Memory of a task for objects whose rows wait to be parsed. */
  private static final long PREFETCHED_BYTES = 32 << 20;

  private final RawStore store;
  private final int fetchConcurrency;

  /**
   * Creates a reader.
   *
   * @param fetchConcurrency requests in flight per task
   */
  public ReadObjects(RawStore store, int fetchConcurrency) {
    this.store = store;
    this.fetchConcurrency = fetchConcurrency;
  }

  /** Returns the rows of all the objects, spread evenly over tasks. */
  public Dataset<Row> read(SparkSession spark, List<ListedObjects> hours) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> tasks =
        tasks(hours, Math.max(1, context.defaultParallelism())).stream()
            .map(TaskDataCodec::toBytes)
            .toList();
    // Rows as Java objects: in Spark's binary form, parsing would have to decode them again.
    return spark.createDataset(
        context.parallelize(tasks, Math.max(1, tasks.size())).mapPartitions(this::fetchTask).rdd(),
        Encoders.row(RawRow.ALL.sparkSchema()));
  }

  private static List<TaskObjects> tasks(List<ListedObjects> hours, int cores) {
    List<List<ListedObjects>> loose =
        spread(hours.stream().map(ListedObjects::loose).toList(), cores);
    List<List<RowGroupSelection>> packed =
        spreadPacked(hours.stream().flatMap(hour -> hour.packed().stream()).toList(), cores);
    List<TaskObjects> tasks = new ArrayList<>();
    for (int i = 0; i < Math.max(loose.size(), packed.size()); i++) {
      tasks.add(
          new TaskObjects(
              i < loose.size() ? loose.get(i) : List.of(),
              i < packed.size() ? packed.get(i) : List.of()));
    }
    return tasks;
  }

  /** Splits row groups, which are read as a whole, into parts like {@link #spread}. */
  static List<List<RowGroupSelection>> spreadPacked(List<RowGroupSelection> rowGroups, int cores) {
    long records = rowGroups.stream().mapToLong(part -> part.objects().estimatedRecords()).sum();
    long parts = parts(records, cores);
    List<List<RowGroupSelection>> spread = new ArrayList<>();
    long before = 0;
    long part = -1;
    for (RowGroupSelection rowGroup : rowGroups) {
      long next = before * parts / records;
      if (next > part) {
        part = next;
        spread.add(new ArrayList<>());
      }
      spread.get(spread.size() - 1).add(rowGroup);
      before += rowGroup.objects().estimatedRecords();
    }
    return spread;
  }

  private static long parts(long records, int cores) {
    long perRound = (long) cores * RECORDS_PER_TASK;
    return Math.max(1, (records + perRound - 1) / perRound) * cores;
  }

  /**
   * Splits objects, in their order, into parts with about the same number of records. The number of
   * parts is a multiple of the number of cores, so that all cores are busy to the end.
   */
  static List<List<ListedObjects>> spread(List<ListedObjects> hours, int cores) {
    long records = hours.stream().mapToLong(ListedObjects::estimatedRecords).sum();
    long parts = parts(records, cores);
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
        ? fetchAll(TaskDataCodec.fromBytes(part.next(), TaskObjects.class))
        : Collections.emptyIterator();
  }

  private Iterator<Row> fetchAll(TaskObjects objects) {
    StoreCircuitBreaker breaker = new StoreCircuitBreaker();
    ReadObject readObject = new ReadObject(store, breaker);
    ReadRowGroup readRowGroup = new ReadRowGroup(store, breaker);
    Stream<Fetch<Row>> loose =
        objects.loose().stream().flatMap(List::stream).map(readObject::fetchOf);
    Stream<Fetch<Row>> packed = objects.packed().stream().map(readRowGroup::fetchOf);
    PrefetchedRows<Row> rows =
        new PrefetchedRows<>(
            Stream.concat(packed, loose).iterator(), fetchConcurrency, PREFETCHED_BYTES);
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    }
    return rows;
  }
}
