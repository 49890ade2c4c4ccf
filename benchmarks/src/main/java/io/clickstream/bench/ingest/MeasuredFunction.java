package io.clickstream.bench.ingest;

import io.clickstream.bench.Spread;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A function whose requests are timed. Each answer must be 200; what is stored is counted. */
final class MeasuredFunction implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double P50 = 0.50;
  private static final double P99 = 0.99;
  private static final int PATIENCE_SECONDS = 60;
  private static final int QUEUE = 64;

  /** So many wait at any time while requests a second are counted. */
  private static final int AT_ONCE = 16;

  private final LambdaFunction function;
  private final Path folder;
  private final Path bucket;
  private final List<Double> p99 = new ArrayList<>();
  private final List<Double> perSecond = new ArrayList<>();
  private LambdaRuntime warm;
  private long posted;

  /**
   * @param folder for what it logs
   * @param bucket where its objects are, as files
   */
  MeasuredFunction(LambdaFunction function, Path folder, Path bucket) {
    this.function = function;
    this.folder = folder;
    this.bucket = bucket;
  }

  /** Seconds from the process's start to its first answer. */
  double boot() throws IOException {
    return boot(function);
  }

  /** The same with an environment of its own. */
  double boot(LambdaFunction variant) throws IOException {
    long start = System.nanoTime();
    try (LambdaRuntime runtime = new LambdaRuntime(variant, 1, QUEUE, folder)) {
      post(runtime);
      return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }
  }

  /** Requests one after another to one process; gives the middle latency in milliseconds. */
  double round(int requests, boolean counts) throws IOException {
    if (warm == null) {
      warm = new LambdaRuntime(function, 1, QUEUE, folder);
    }
    long[] nanos = new long[requests];
    for (int i = 0; i < requests; i++) {
      long start = System.nanoTime();
      post(warm);
      nanos[i] = System.nanoTime() - start;
    }
    double rate = rate(requests);
    Arrays.sort(nanos);
    double middle = nanos[(int) (requests * P50)] / NANOS_PER_MILLI;
    if (counts) {
      p99.add(nanos[(int) (requests * P99)] / NANOS_PER_MILLI);
      perSecond.add(rate);
    }
    return middle;
  }

  /** Requests a second, while some always wait. */
  private double rate(int requests) throws IOException {
    long start = System.nanoTime();
    List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      if (waiting.size() == AT_ONCE) {
        check(waiting.remove(0));
      }
      waiting.add(warm.invoke(Event.JSON, Event.TRACE_ID));
      posted++;
    }
    for (CompletableFuture<byte[]> answer : waiting) {
      check(answer);
    }
    return requests / ((System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  private void post(LambdaRuntime runtime) throws IOException {
    posted++;
    check(runtime.invoke(Event.JSON, Event.TRACE_ID));
  }

  private void check(CompletableFuture<byte[]> answer) throws IOException {
    String text;
    try {
      text = new String(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(function.name() + " did not answer; see its log in " + folder, e);
    }
    if (!text.contains("\"statusCode\":200")) {
      throw new IOException(function.name() + " answered " + text);
    }
  }

  Spread p99() {
    return new Spread(p99);
  }

  Spread perSecond() {
    return new Spread(perSecond);
  }

  /** The most memory that the warm process had resident; 0 where the system doesn't tell. */
  double peakMegabytes() throws IOException {
    Path status = Path.of("/proc/" + warm.processes().get(0).pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1_024.0;
  }

  /**
   * Compares what was answered with what is stored.
   *
   * @throws IOException when an event is missing or stored twice
   */
  void requireAllStored() throws IOException {
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
