package io.clickstream.local.stream;

import io.clickstream.event.ErrorMessage;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives the records of a stream to a function, as Lambda's event source mappings do: one reader per
 * shard, and the shards of a split after their parent.
 *
 * <p>Progress is kept in a file, so that records are processed at least once.
 */
public final class EventSourceMapping implements AutoCloseable {

  private static final Duration SHARD_LISTING = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final KinesisClient kinesis;
  private final String stream;
  private final LambdaRuntime function;
  private final MappingSettings settings;
  private final Checkpoints checkpoints;
  private final Path discardedFile;
  private final AtomicLong discarded = new AtomicLong();
  private final Map<String, Thread> readers = new ConcurrentHashMap<>();
  private final Thread coordinator;
  private volatile boolean closing;

  /**
   * Starts the mapping.
   *
   * @param stream the stream's name
   * @param folder the folder for progress and for the list of discarded batches; it exists
   */
  public EventSourceMapping(
      KinesisClient kinesis,
      String stream,
      LambdaRuntime function,
      MappingSettings settings,
      Path folder)
      throws IOException {
    this.kinesis = kinesis;
    this.stream = stream;
    this.function = function;
    this.settings = settings;
    this.checkpoints = new Checkpoints(folder.resolve("stream.checkpoints"));
    this.discardedFile = folder.resolve("stream.discarded");
    coordinator = new Thread(this::coordinate, "stream-shards");
    coordinator.setDaemon(true);
    coordinator.start();
  }

  /** Starts a reader for each shard whose parents are processed. */
  private void coordinate() {
    boolean told = false;
    while (!closing) {
      try {
        List<StreamShard> shards = kinesis.shards();
        for (StreamShard shard : shards) {
          if (!readers.containsKey(shard.id())
              && !checkpoints.isEnded(shard.id())
              && shard.parents().stream().allMatch(parent -> isProcessed(shards, parent))) {
            Thread reader = new Thread(reader(shard.id()), "stream-" + shard.id());
            reader.setDaemon(true);
            readers.put(shard.id(), reader);
            reader.start();
          }
        }
        told = false;
        Thread.sleep(SHARD_LISTING.toMillis());
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        if (!told) {
          told = true;
          say("Cannot list the shards of the stream: " + ErrorMessage.of(e) + ". It is repeated.");
        }
        if (!pause(SHARD_LISTING)) {
          return;
        }
      }
    }
  }

  /** Returns whether a parent is read to its end, or no longer a part of the stream. */
  private boolean isProcessed(List<StreamShard> shards, String parent) {
    return checkpoints.isEnded(parent)
        || shards.stream().noneMatch(shard -> shard.id().equals(parent));
  }

  private ShardReader reader(String shard) {
    return new ShardReader(
        kinesis, stream, shard, function, settings, checkpoints, this::discard, () -> closing);
  }

  /** Notes records that were too old, and says so. */
  private void discard(String shard, List<ReadRecord> records) {
    discarded.addAndGet(records.size());
    String first = records.get(0).sequenceNumber();
    String last = records.get(records.size() - 1).sequenceNumber();
    try {
      Files.writeString(
          discardedFile,
          "%s %s %s %s %d%n".formatted(Instant.now(), shard, first, last, records.size()),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      say("Cannot write " + discardedFile + ": " + ErrorMessage.of(e) + ".");
    }
    say(
        "Discarded %d records of %s older than %s, from %s to %s. They are on the stream until its"
                .formatted(records.size(), shard, settings.maximumRecordAge(), first, last)
            + " retention ends.");
  }

  private static void say(String line) {
    System.err.println("clickstream: " + line);
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns the number of records that were discarded for their age. */
  public long discarded() {
    return discarded.get();
  }

  /** Processes what is on the stream now, for up to 30 seconds, and ends the readers. */
  @Override
  public void close() {
    closing = true;
    coordinator.interrupt();
    Instant latest = Instant.now().plus(CLOSE_TIMEOUT);
    for (Thread reader : readers.values()) {
      try {
        reader.join(Math.max(1, Duration.between(Instant.now(), latest).toMillis()));
        reader.interrupt();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
