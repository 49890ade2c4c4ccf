package io.clickstream.local.gateway;

import io.clickstream.local.gateway.InvocationFailedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A local Lambda service: runs a function in processes of AWS's own runtime interface client, which
 * poll the Lambda Runtime API on loopback. A process works on one event at a time. A process that
 * ends is replaced.
 *
 * <p>The processes end with the runtime. They also end when this process is killed, because the
 * client exits when its connection breaks.
 */
public final class LambdaRuntime implements AutoCloseable {

  /** The greatest integration timeout of an HTTP API. */
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** The limit for the bytes of all events that wait or run. */
  private static final int MAX_PENDING_BYTES = 64 << 20;

  private final LambdaFunction function;
  private final BlockingDeque<Invocation> waiting = new LinkedBlockingDeque<>();
  private final Semaphore pending;
  private final Semaphore pendingBytes = new Semaphore(MAX_PENDING_BYTES);
  private final List<ExecutionEnvironment> environments = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Path log;
  private volatile boolean closed;

  /**
   * Starts the processes and returns before they are ready.
   *
   * @param function the function to run
   * @param processes the number of processes, at least 1
   * @param queueCapacity the number of events that may wait; all pending events share 64 MiB
   * @param folder the working folder of the processes, created when missing; their output is
   *     appended to {@code <function name>.log} in it
   * @throws IOException when the folder cannot be created or written
   */
  public LambdaRuntime(LambdaFunction function, int processes, int queueCapacity, Path folder)
      throws IOException {
    if (processes < 1 || queueCapacity < 0) {
      throw new IllegalArgumentException(
          "Cannot start "
              + processes
              + " processes with a queue of "
              + queueCapacity
              + ". Use at least 1 process and a queue of at least 0.");
    }
    this.function = function;
    Path workFolder = Files.createDirectories(folder.toAbsolutePath());
    Optional<Path> library = NativeClientLibrary.unpack(function.classpath(), workFolder);
    pending = new Semaphore(processes + queueCapacity);
    for (int i = 1; i <= processes; i++) {
      ExecutionEnvironment environment =
          new ExecutionEnvironment(function, workFolder, library, waiting);
      Thread thread = new Thread(environment, function.name() + "-" + i);
      thread.setDaemon(true);
      environments.add(environment);
      threads.add(thread);
    }
    log = environments.get(0).log();
    threads.forEach(Thread::start);
  }

  /**
   * Waits until each process has asked for its first event.
   *
   * @throws IllegalStateException when a process does not start; the message names the log
   * @throws TimeoutException when the processes are not ready in time
   */
  public void awaitReady(Duration timeout) throws InterruptedException, TimeoutException {
    CompletableFuture<?>[] starts =
        environments.stream().map(ExecutionEnvironment::ready).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(starts).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Invokes the function.
   *
   * @param event the event as JSON
   * @param traceId the trace id
   * @return the function's response as JSON. Fails with {@link InvocationFailedException}, or with
   *     {@link TimeoutException} when there is no response within 30 seconds
   */
  public CompletableFuture<byte[]> invoke(byte[] event, String traceId) {
    Invocation invocation = Invocation.of(event, traceId);
    if (!admit(event.length)) {
      invocation.fail(Reason.QUEUE_FULL);
      return invocation.response();
    }
    CompletableFuture<byte[]> response = invocation.response();
    response
        .orTimeout(RESPONSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (body, failure) -> {
              pending.release();
              pendingBytes.release(event.length);
            });
    waiting.addLast(invocation);
    if (closed) {
      failWaiting();
    }
    return response;
  }

  private boolean admit(int bytes) {
    if (!pending.tryAcquire()) {
      return false;
    }
    if (!pendingBytes.tryAcquire(bytes)) {
      pending.release();
      return false;
    }
    return true;
  }

  /** Returns an environment variable of the function; empty when it is not set. */
  String setting(String variable) {
    return function.environment().getOrDefault(variable, "");
  }

  /** Returns the live processes. */
  public List<ProcessHandle> processes() {
    return environments.stream()
        .map(ExecutionEnvironment::process)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the ports of the Runtime APIs that processes poll now. */
  public List<Integer> ports() {
    return environments.stream().map(ExecutionEnvironment::port).filter(port -> port > 0).toList();
  }

  /** Returns the file with the processes' output. */
  public Path log() {
    return log;
  }

  /** Ends the processes; pending invocations fail. */
  @Override
  public void close() {
    closed = true;
    environments.forEach(ExecutionEnvironment::close);
    for (Thread thread : threads) {
      try {
        thread.join(CLOSE_TIMEOUT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    failWaiting();
  }

  private void failWaiting() {
    for (Invocation left = waiting.pollFirst(); left != null; left = waiting.pollFirst()) {
      left.fail(Reason.CLOSED);
    }
  }
}
