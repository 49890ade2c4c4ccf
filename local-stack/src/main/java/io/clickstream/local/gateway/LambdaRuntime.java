package io.clickstream.local.gateway;

import io.clickstream.local.gateway.InvocationFailedException.Cause;
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
 * Runs a deployable Lambda function as AWS does: in processes of AWS's own Java runtime interface
 * client, which poll the Lambda Runtime API that this class serves on loopback. A process works on
 * one event at a time; one that ends is replaced.
 *
 * <p>The processes end with the runtime, and also when its own process is killed: the client exits
 * as soon as its connection breaks.
 */
public final class LambdaRuntime implements AutoCloseable {

  /** As the HTTP API's greatest integration timeout. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** Of all events that wait or run; a single one can't be larger. */
  private static final int UNANSWERED_BYTES = 64 << 20;

  private final BlockingDeque<Invocation> waiting = new LinkedBlockingDeque<>();
  private final Semaphore unanswered;
  private final Semaphore unansweredBytes = new Semaphore(UNANSWERED_BYTES);
  private final List<LambdaWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Path log;
  private volatile boolean closed;

  /**
   * Starts the processes and returns before they are up.
   *
   * @param function what to run
   * @param workers how many processes, at least one
   * @param queueCapacity how many events may wait for a process; they also share 64 MiB
   * @param folder working folder of the processes, made if missing; their output is appended to
   *     {@code <function name>.log} in it
   * @throws IOException when the folder can't be made or written
   */
  public LambdaRuntime(LambdaFunction function, int workers, int queueCapacity, Path folder)
      throws IOException {
    if (workers < 1 || queueCapacity < 0) {
      throw new IllegalArgumentException(
          workers + " workers with " + queueCapacity + " waiting events");
    }
    Path workFolder = Files.createDirectories(folder.toAbsolutePath());
    Optional<Path> library = ClientLibrary.unpack(function.classpath(), workFolder);
    unanswered = new Semaphore(workers + queueCapacity);
    for (int i = 1; i <= workers; i++) {
      LambdaWorker worker = new LambdaWorker(function, workFolder, library, waiting);
      Thread thread = new Thread(worker, function.name() + "-" + i);
      thread.setDaemon(true);
      this.workers.add(worker);
      threads.add(thread);
    }
    log = this.workers.get(0).log();
    threads.forEach(Thread::start);
  }

  /**
   * Waits until each process has asked for its first event.
   *
   * @throws IllegalStateException when a process doesn't start; the message names the log
   * @throws TimeoutException when it takes too long
   */
  public void awaitReady(Duration timeout) throws InterruptedException, TimeoutException {
    CompletableFuture<?>[] starts =
        workers.stream().map(LambdaWorker::ready).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(starts).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Has the function work on an event.
   *
   * @param event JSON
   * @param traceId for the function's tracing
   * @return the function's answer, JSON; or fails with {@link InvocationFailedException}, or with
   *     {@link TimeoutException} when no worker took the event in 30 seconds
   */
  public CompletableFuture<byte[]> invoke(byte[] event, String traceId) {
    Invocation invocation = Invocation.of(event, traceId);
    if (!admit(event.length)) {
      invocation.fail(Cause.QUEUE_FULL);
      return invocation.answer();
    }
    CompletableFuture<byte[]> answer = invocation.answer();
    answer
        .orTimeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (body, failure) -> {
              unanswered.release();
              unansweredBytes.release(event.length);
            });
    waiting.addLast(invocation);
    if (closed) {
      failWaiting();
    }
    return answer;
  }

  private boolean admit(int bytes) {
    if (!unanswered.tryAcquire()) {
      return false;
    }
    if (!unansweredBytes.tryAcquire(bytes)) {
      unanswered.release();
      return false;
    }
    return true;
  }

  /** The live processes. */
  public List<ProcessHandle> processes() {
    return workers.stream().map(LambdaWorker::process).flatMap(Optional::stream).toList();
  }

  /** Where the processes' output goes. */
  public Path log() {
    return log;
  }

  /** Ends the processes; what waits or runs fails. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(LambdaWorker::close);
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
      left.fail(Cause.CLOSED);
    }
  }
}
