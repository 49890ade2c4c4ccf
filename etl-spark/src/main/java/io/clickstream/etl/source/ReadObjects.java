package io.clickstream.etl.source;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

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
    return spark.createDataFrame(
        context.parallelize(objects, tasks).mapPartitions(this::fetchAll),
        Columns.RAW.sparkSchema());
  }

  private Iterator<Row> fetchAll(Iterator<ListedObject> objects) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            fetchConcurrency,
            run -> {
              Thread thread = new Thread(run, "raw-fetch");
              thread.setDaemon(true);
              return thread;
            });
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener(
          (org.apache.spark.util.TaskCompletionListener) context -> pool.shutdownNow());
    }
    return new InFlight(objects, pool);
  }

  /** Keeps the pool busy a little ahead of the consumer, in the objects' order. */
  private final class InFlight implements Iterator<Row> {

    private final Iterator<ListedObject> objects;
    private final ExecutorService pool;
    private final Outage outage = new Outage();
    private final Deque<Future<List<Row>>> pending = new ArrayDeque<>();
    private Iterator<Row> current = List.<Row>of().iterator();

    InFlight(Iterator<ListedObject> objects, ExecutorService pool) {
      this.objects = objects;
      this.pool = pool;
    }

    @Override
    public boolean hasNext() {
      while (!current.hasNext()) {
        while (objects.hasNext() && pending.size() < 2 * fetchConcurrency) {
          ListedObject object = objects.next();
          pending.add(pool.submit(() -> fetch(object, outage)));
        }
        if (pending.isEmpty()) {
          pool.shutdown();
          return false;
        }
        current = join(pending.remove()).iterator();
      }
      return true;
    }

    @Override
    public Row next() {
      return current.next();
    }

    private List<Row> join(Future<List<Row>> fetched) {
      try {
        return fetched.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while reading raw objects", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("reading raw objects failed", e.getCause());
      }
    }
  }

  private List<Row> fetch(ListedObject object, Outage outage) {
    if (outage.isOn()) {
      return List.of(unreadable(object, outage.toString()));
    }
    try {
      List<Row> rows = retry.call(() -> readWhole(object));
      outage.noteAnswer();
      return rows;
    } catch (FileNotFoundException e) {
      return List.of(missing(object, e));
    } catch (IOException e) {
      if (Retry.mayPass(e)) {
        outage.noteFailure();
      } else {
        outage.noteAnswer();
      }
      return List.of(unreadable(object, oneLine(e)));
    }
  }

  private List<Row> readWhole(ListedObject object) throws IOException {
    List<Row> rows = new ArrayList<>(2);
    try (InputStream in = store.open(object)) {
      int records =
          object.key().kind() == RawKey.Kind.EVENT
              ? readEvent(in, object, rows)
              : readBatch(in, object, rows);
      rows.add(objectRow(object.key().relative(), "read", records, null));
      return rows;
    } catch (RuntimeException | FSError e) {
      // Clients of stores throw some faults of a body unchecked, local file systems theirs as
      // errors.
      throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  /** A local file without permission to read is "not found" as well, but not gone. */
  private Row missing(ListedObject object, FileNotFoundException thrown) {
    try {
      return store.exists(object)
          ? unreadable(object, oneLine(thrown))
          : objectRow(object.key().relative(), "vanished", 0, null);
    } catch (IOException e) {
      return unreadable(object, oneLine(e));
    }
  }

  private static Row unreadable(ListedObject object, String why) {
    return objectRow(object.key().relative(), "unreadable", 0, why);
  }

  private static int readEvent(InputStream in, ListedObject object, List<Row> rows)
      throws IOException {
    byte[] body = in.readNBytes(Limits.RECORD_BYTES + 1);
    if (body.length < Math.min(object.size(), Limits.RECORD_BYTES + 1)) {
      throw new IOException("ended after " + body.length + " of " + object.size() + " bytes");
    }
    long length = body.length <= Limits.RECORD_BYTES ? body.length : object.size();
    rows.add(
        recordRow(
            object.key().relative(), object, kept(body, length), Math.max(length, body.length)));
    return 1;
  }

  private static int readBatch(InputStream in, ListedObject object, List<Row> rows)
      throws IOException {
    String key = object.key().relative();
    ByteArrayOutputStream line = new ByteArrayOutputStream(1_024);
    byte[] buffer = new byte[64 << 10];
    int lineNumber = 1;
    long lineLength = 0;
    long objectLength = 0;
    int records = 0;
    int read;
    do {
      read = in.read(buffer);
      objectLength += Math.max(0, read);
      int start = 0;
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          lineLength += append(line, buffer, start, i);
          records += addLine(rows, RawKey.ofLine(key, lineNumber), object, line, lineLength);
          line.reset();
          lineLength = 0;
          lineNumber++;
          start = i + 1;
        }
      }
      lineLength += append(line, buffer, start, read);
    } while (read >= 0);
    if (objectLength < object.size()) {
      throw new IOException("ended after " + objectLength + " of " + object.size() + " bytes");
    }
    return records + addLine(rows, RawKey.ofLine(key, lineNumber), object, line, lineLength);
  }

  private static int append(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
    int length = Math.max(0, to - from);
    // Of a line over the limit just enough is kept to tell and to quote it.
    line.write(buffer, from, Math.max(0, Math.min(length, Limits.RECORD_BYTES + 1 - line.size())));
    return length;
  }

  private static int addLine(
      List<Row> rows, String key, ListedObject object, ByteArrayOutputStream line, long length) {
    byte[] body = line.toByteArray();
    if (isBlank(body)) {
      return 0;
    }
    rows.add(recordRow(key, object, kept(body, length), length));
    return 1;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private static byte[] kept(byte[] body, long length) {
    return length <= Limits.RECORD_BYTES
        ? body
        : java.util.Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
  }

  private static Row recordRow(String key, ListedObject object, byte[] body, long length) {
    long lastModified = TimeUnit.MILLISECONDS.toMicros(object.lastModifiedMillis());
    return RowFactory.create("record", key, lastModified, body, length, null, null, null);
  }

  private static Row objectRow(String key, String outcome, int records, String detail) {
    return RowFactory.create("object", key, null, null, null, outcome, records, detail);
  }

  private static String oneLine(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("").strip();
  }
}
