package io.clickstream.bench;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A function whose requests are timed. Each response must be 200; stored objects are counted. */
final class MeasuredFunction implements AutoCloseable {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int TIMEOUT_SECONDS = 60;
  private static final int QUEUE = 64;

  /** The gateway's event: a product view of usual size. */
  private static final byte[] EVENT = Resource.text("event.json").getBytes(StandardCharsets.UTF_8);

  private static final String TRACE_ID = "Root=1-67891233-abcdef012345678912345678";

  private final LambdaFunction function;
  private final Path bucket;
  private final LambdaRuntime runtime;
  private long posted;

  MeasuredFunction(LambdaFunction function, Path folder, Path bucket) throws Exception {
    this.function = function;
    this.bucket = bucket;
    runtime = new LambdaRuntime(function, 1, QUEUE, folder);
  }

  /** Sends requests one after another to one process, and returns the median milliseconds. */
  double medianLatency(int requests) throws Exception {
    double[] millis = new double[requests];
    for (int i = 0; i < requests; i++) {
      long startedAt = System.nanoTime();
      requireStored(runtime.invoke(EVENT, TRACE_ID));
      posted++;
      millis[i] = (System.nanoTime() - startedAt) / NANOS_PER_MILLI;
    }
    Arrays.sort(millis);
    return millis[requests / 2];
  }

  private void requireStored(CompletableFuture<byte[]> response) throws Exception {
    String text =
        new String(response.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    if (!text.contains("\"statusCode\":200")) {
      throw new IOException(function.name() + " responded " + text);
    }
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
    runtime.close();
  }
}
