package io.clickstream.local.stream;

import io.clickstream.event.ErrorMessage;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Reads a shard and gives its records to the function, in these steps:
 *
 * <ol>
 *   <li>collect records until the batch is full, or until its window ends;
 *   <li>discard records that are too old;
 *   <li>call the function;
 *   <li>after an error, halve the batch; after a partial answer, keep the rest of it;
 *   <li>note the last record that is processed.
 * </ol>
 */
final class ShardReader implements Runnable {

  /** Lambda polls a shard once per second. */
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Greatest size of a batch as JSON; a record takes about its data and 500 bytes. */
  private static final int MAX_PAYLOAD_BYTES = 6 << 20;

  private static final int RECORD_OVERHEAD_BYTES = 500;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final KinesisClient kinesis;
  private final String stream;
  private final String shard;
  private final LambdaRuntime function;
  private final MappingSettings settings;
  private final Checkpoints checkpoints;
  private final BiConsumer<String, List<ReadRecord>> discard;
  private final BooleanSupplier closing;

  private final Deque<ReadRecord> buffer = new ArrayDeque<>();
  private boolean faulty;

  /**
   * @param discard gets the shard and records that were too old
   * @param closing true when the reader shall end after the records that are on the stream
   */
  ShardReader(
      KinesisClient kinesis,
      String stream,
      String shard,
      LambdaRuntime function,
      MappingSettings settings,
      Checkpoints checkpoints,
      BiConsumer<String, List<ReadRecord>> discard,
      BooleanSupplier closing) {
    this.kinesis = kinesis;
    this.stream = stream;
    this.shard = shard;
    this.function = function;
    this.settings = settings;
    this.checkpoints = checkpoints;
    this.discard = discard;
    this.closing = closing;
  }

  @Override
  public void run() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        buffer.clear();
        read();
        return;
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        // An expired iterator, or a server that restarts: read on after the last processed record.
        tell("Cannot read " + shard + ": " + ErrorMessage.of(e) + ". It is repeated.");
        if (closing.getAsBoolean()) {
          return;
        }
        try {
          Thread.sleep(pause.toMillis());
        } catch (InterruptedException interrupted) {
          return;
        }
        pause = longer(pause);
      }
    }
  }

  /** Reads until the shard ends or the mapping closes. */
  private void read() throws IOException, InterruptedException {
    Optional<String> iterator = Optional.of(kinesis.iterator(shard, checkpoints.last(shard)));
    Instant windowEnd = Instant.MAX;
    while (iterator.isPresent()) {
      KinesisClient.Read read = kinesis.read(iterator.get(), settings.batchSize());
      faulty = false;
      iterator = read.next();
      boolean drained = closing.getAsBoolean() && read.records().isEmpty();
      if (buffer.isEmpty() && !read.records().isEmpty()) {
        windowEnd = Instant.now().plus(settings.batchWindow());
      }
      buffer.addAll(read.records());
      boolean last = drained || iterator.isEmpty();
      while (!buffer.isEmpty() && (last || isFull() || !Instant.now().isBefore(windowEnd))) {
        process(nextBatch());
        windowEnd = Instant.now().plus(settings.batchWindow());
      }
      if (drained) {
        return;
      }
      if (read.records().isEmpty() && iterator.isPresent()) {
        Thread.sleep(
            Math.max(
                1,
                Math.min(
                    POLL.toMillis(),
                    buffer.isEmpty()
                        ? POLL.toMillis()
                        : Duration.between(Instant.now(), windowEnd).toMillis())));
      }
    }
    checkpoints.ended(shard);
  }

  private boolean isFull() {
    return buffer.size() >= settings.batchSize()
        || buffer.stream().mapToLong(ShardReader::bytes).sum() >= MAX_PAYLOAD_BYTES;
  }

  private static long bytes(ReadRecord item) {
    return item.data().length() + RECORD_OVERHEAD_BYTES;
  }

  private List<ReadRecord> nextBatch() {
    List<ReadRecord> batch = new ArrayList<>();
    long bytes = 0;
    while (!buffer.isEmpty() && batch.size() < settings.batchSize()) {
      bytes += bytes(buffer.peek());
      if (bytes > MAX_PAYLOAD_BYTES && !batch.isEmpty()) {
        break;
      }
      batch.add(buffer.poll());
    }
    return batch;
  }

  /** Gives a batch to the function until all its records are processed or discarded. */
  private void process(List<ReadRecord> batch) throws IOException, InterruptedException {
    Deque<List<ReadRecord>> parts = new ArrayDeque<>();
    parts.add(batch);
    Duration pause = FIRST_PAUSE;
    while (!parts.isEmpty()) {
      List<ReadRecord> part = withoutOld(parts.poll());
      if (part.isEmpty()) {
        continue;
      }
      Optional<Integer> firstFailed;
      boolean halve = false;
      try {
        firstFailed = BatchEvent.firstFailed(invoke(part), part);
      } catch (IOException | ExecutionException e) {
        tell("The function failed with a batch of " + shard + ": " + ErrorMessage.of(e) + ".");
        firstFailed = Optional.of(0);
        halve = part.size() > 1;
      }
      int processed = firstFailed.orElse(part.size());
      if (processed > 0) {
        checkpoints.processed(shard, part.get(processed - 1).sequenceNumber());
        pause = FIRST_PAUSE;
      }
      if (firstFailed.isEmpty()) {
        continue;
      }
      List<ReadRecord> rest = part.subList(processed, part.size());
      if (halve) {
        parts.addFirst(rest.subList(rest.size() / 2, rest.size()));
        parts.addFirst(rest.subList(0, rest.size() / 2));
      } else {
        parts.addFirst(rest);
      }
      Thread.sleep(pause.toMillis());
      pause = longer(pause);
    }
  }

  private byte[] invoke(List<ReadRecord> part)
      throws IOException, ExecutionException, InterruptedException {
    return function.invoke(BatchEvent.of(stream, shard, part), "Root=1-0-0").get();
  }

  /** Discards the records at the beginning that are too old. */
  private List<ReadRecord> withoutOld(List<ReadRecord> part) throws IOException {
    Instant oldest = Instant.now().minus(settings.maximumRecordAge());
    int old = 0;
    while (old < part.size() && part.get(old).arrival().isBefore(oldest)) {
      old++;
    }
    if (old > 0) {
      List<ReadRecord> discarded = part.subList(0, old);
      discard.accept(shard, discarded);
      checkpoints.processed(shard, discarded.get(old - 1).sequenceNumber());
    }
    return part.subList(old, part.size());
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : twice;
  }

  /** Says a fault once until a read succeeds. */
  private void tell(String line) {
    if (!faulty) {
      faulty = true;
      System.err.println("clickstream: " + line);
    }
  }
}
