package io.clickstream.bench;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A function whose requests are timed. Each response must be 200; stored objects are counted. */
final class MeasuredFunction implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int TIMEOUT_SECONDS = 60;
  private static final int QUEUE = 64;

  /** Requests that wait at any time while requests per second are measured. */
  private static final int WAITING = 16;

  /** The gateway's event: a product view of usual size. */
  private static final byte[] EVENT = Resource.text("event.json").getBytes(StandardCharsets.UTF_8);

  private static final String TRACE_ID = "Root=1-67891233-abcdef012345678912345678";

  private final LambdaFunction function;
  private final Path folder;
  private final Path bucket;
  private LambdaRuntime warm;
  private long posted;

  /**
   * A function that stores in a bucket.
   *
   * @param folder receives its logs
   * @param bucket holds its objects as files
   */
  MeasuredFunction(LambdaFunction function, Path folder, Path bucket) {
    this.function = function;
    this.folder = folder;
    this.bucket = bucket;
  }

  /** Returns the seconds from the start of the process to its first response. */
  double boot() throws Exception {
    return boot(function);
  }

  /** Returns the same for this function with another environment. */
  double boot(LambdaFunction variant) throws Exception {
    long startedAt = System.nanoTime();
    try (LambdaRuntime runtime = new LambdaRuntime(variant, 1, QUEUE, folder)) {
      requireStored(post(runtime));
      return (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    }
  }

  /**
   * Returns this function with an archive of the classes that it loads before its first response.
   */
  LambdaFunction withClassArchive() throws Exception {
    Path archive = folder.resolve("ingest.jsa");
    String options = "JAVA_TOOL_OPTIONS";
    LambdaFunction training = function.with(options, "-XX:ArchiveClassesAtExit=" + archive);
    try (LambdaRuntime runtime = new LambdaRuntime(training, 1, QUEUE, folder)) {
      requireStored(post(runtime));
      for (ProcessHandle process : runtime.processes()) {
        process.destroy();
        process.onExit().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }
    return function.with(options, "-XX:SharedArchiveFile=" + archive);
  }

  /** Sends requests one after another to one process, and returns a percentile in milliseconds. */
  double latency(int requests, int percentile) throws Exception {
    double[] millis = new double[requests];
    for (int i = 0; i < requests; i++) {
      long startedAt = System.nanoTime();
      requireStored(post(warm()));
      millis[i] = (System.nanoTime() - startedAt) / NANOS_PER_MILLI;
    }
    Arrays.sort(millis);
    return millis[requests * percentile / 100];
  }

  /** Returns the requests per second of one process, while some wait at any time. */
  double perSecond(int requests) throws Exception {
    long startedAt = System.nanoTime();
    Deque<CompletableFuture<byte[]>> waiting = new ArrayDeque<>();
    for (int i = 0; i < requests; i++) {
      if (waiting.size() == WAITING) {
        requireStored(waiting.remove());
      }
      waiting.add(post(warm()));
    }
    for (CompletableFuture<byte[]> response : waiting) {
      requireStored(response);
    }
    return requests * NANOS_PER_SECOND / (System.nanoTime() - startedAt);
  }

  private LambdaRuntime warm() throws Exception {
    if (warm == null) {
      warm = new LambdaRuntime(function, 1, QUEUE, folder);
    }
    return warm;
  }

  private CompletableFuture<byte[]> post(LambdaRuntime runtime) {
    posted++;
    return runtime.invoke(EVENT, TRACE_ID);
  }

  private void requireStored(CompletableFuture<byte[]> response) throws Exception {
    String text =
        new String(response.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    if (!text.contains("\"statusCode\":200")) {
      throw new IOException(function.name() + " responded " + text);
    }
  }

  /** Returns the peak resident memory of the warm process. */
  double peakMegabytes() {
    return TimedProcess.peakMegabytes(warm.processes().get(0).pid());
  }

  /** Fails unless each event that was posted is stored once. */
  void requireAllStored() throws Exception {
    try (Stream<Path> files = Files.walk(bucket)) {
      long stored =
          files.filter(file -> file.getFileName().toString().startsWith("event-")).count();
      if (stored != posted) {
        throw new IOException(function.name() + " stored " + stored + " of " + posted + " events");
      }
    }
  }

  @Override
  public void close() {
    if (warm != null) {
      warm.close();
    }
  }
}
