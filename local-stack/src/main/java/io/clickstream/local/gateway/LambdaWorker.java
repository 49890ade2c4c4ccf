package io.clickstream.local.gateway;

import io.clickstream.local.gateway.InvocationFailedException.Cause;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * One execution environment of a function: a process with the runtime interface client, replaced
 * when it ends, and the Runtime API that it alone polls, on a port of its own. So an event can be
 * given to no process but the one that will answer, and only while that one is alive.
 */
final class LambdaWorker implements Runnable {

  private static final String CLIENT_MAIN =
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
  private static final String API = "/2018-06-01/runtime";
  private static final String NEXT = API + "/invocation/next";
  private static final String INVOCATION = API + "/invocation/";
  private static final String INIT_ERROR = API + "/init/error";
  private static final String RESTORE_NEXT = API + "/restore/next";

  /** Names the hooks that the client runs around a snapshot to the library that functions use. */
  private static final String SNAPSHOT_HOOKS =
      "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac";

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final byte[] STATUS_OK = "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** The client starts in a second; a small machine may be slow. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration LIVENESS_CHECK = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration GREATEST_PAUSE = Duration.ofSeconds(5);
  private static final int START_ATTEMPTS = 3;

  /** Quick to start and small: single-threaded collector, first compiler only. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Xms32m",
          "-Xmx128m",
          "-XX:-UsePerfData");

  /** What a worker inherits; the rest of the parent's environment is none of its business. */
  private static final Set<String> INHERITED = Set.of("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP");

  private final LambdaFunction function;
  private final Path folder;
  private final Optional<Path> library;
  private final BlockingDeque<Invocation> waiting;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private final AtomicReference<Invocation> running = new AtomicReference<>();

  private volatile boolean closed;
  private volatile Process process;
  private int failedStarts;

  LambdaWorker(
      LambdaFunction function,
      Path folder,
      Optional<Path> library,
      BlockingDeque<Invocation> waiting) {
    this.function = function;
    this.folder = folder;
    this.library = library;
    this.waiting = waiting;
  }

  /** Done when a process has asked for its first event; failed when none gets so far. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).map(Process::toHandle).filter(ProcessHandle::isAlive);
  }

  Path log() {
    return folder.resolve(function.name() + ".log");
  }

  @Override
  public void run() {
    while (!closed) {
      boolean started = liveOnce();
      failedStarts = started ? 0 : failedStarts + 1;
      if (failedStarts == START_ATTEMPTS) {
        ready.completeExceptionally(
            new IllegalStateException(function.name() + " does not start; see " + log()));
      }
      if (!closed && !started) {
        pause();
      }
    }
  }

  void close() {
    closed = true;
    Process current = process;
    if (current != null) {
      current.destroyForcibly();
    }
  }

  /**
   * From a process's start to its end.
   *
   * @return whether it started, that is asked for an event
   */
  private boolean liveOnce() {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      process = start(((InetSocketAddress) server.getLocalAddress()).getPort());
      if (closed) {
        return false;
      }
      if (function.isSnapStart() && !restore(server)) {
        return false;
      }
      Optional<SocketChannel> accepted = accept(server);
      if (accepted.isEmpty()) {
        return false;
      }
      listenForReports(server);
      try (WorkerConnection connection = new WorkerConnection(accepted.get())) {
        return serve(connection);
      }
    } catch (IOException | UncheckedIOException e) {
      return false;
    } finally {
      giveUp(Cause.WORKER_DIED);
      end();
    }
  }

  private Process start(int port) throws IOException {
    List<String> command = function.program().isEmpty() ? javaClient() : function.program();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            // The client looks for classes in the working folder.
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(INHERITED);
    environment.put("TZ", "UTC");
    environment.put("_HANDLER", function.handler());
    environment.put("LAMBDA_TASK_ROOT", folder.toString());
    environment.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    environment.putAll(function.environment());
    environment.put(
        "AWS_LAMBDA_RUNTIME_API", InetAddress.getLoopbackAddress().getHostAddress() + ":" + port);
    return builder.start();
  }

  private List<String> javaClient() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add(SNAPSHOT_HOOKS);
    library.ifPresent(file -> command.add("-D" + ClientLibrary.PROPERTY + "=" + file));
    command.add("-cp");
    command.add(
        function.classpath().stream()
            .map(jar -> jar.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(CLIENT_MAIN);
    command.add(function.handler());
    return command;
  }

  private Optional<SocketChannel> accept(ServerSocketChannel server) throws IOException {
    Instant latest = Instant.now().plus(START_TIMEOUT);
    server.socket().setSoTimeout((int) LIVENESS_CHECK.toMillis());
    while (!closed && process.isAlive() && Instant.now().isBefore(latest)) {
      try {
        return Optional.of(server.socket().accept().getChannel());
      } catch (SocketTimeoutException e) {
        // Look whether the process still lives, and wait on.
      }
    }
    return Optional.empty();
  }

  /**
   * Answers the client's question for its snapshot's restore, which it asks on a connection of its
   * own between its hooks: at once, since here the process simply goes on.
   *
   * @return whether it asked
   */
  private boolean restore(ServerSocketChannel server) throws IOException {
    Optional<SocketChannel> accepted = accept(server);
    if (accepted.isEmpty()) {
      return false;
    }
    try (WorkerConnection connection = new WorkerConnection(accepted.get())) {
      Optional<WorkerConnection.Request> request = connection.read(START_TIMEOUT);
      if (request.isEmpty() || !request.get().path().equals(RESTORE_NEXT)) {
        return false;
      }
      connection.write("200 OK", JSON, STATUS_OK);
      return true;
    }
  }

  /** The client reports errors on connections of their own, while its first one waits. */
  private void listenForReports(ServerSocketChannel server) {
    Thread listener =
        new Thread(
            () -> {
              while (server.isOpen()) {
                try (WorkerConnection connection = new WorkerConnection(server.accept())) {
                  Optional<WorkerConnection.Request> report = connection.read(LIVENESS_CHECK);
                  if (report.isPresent()) {
                    answerReport(report.get(), connection);
                  }
                } catch (IOException e) {
                  // The server is closed, which ends the loop, or the report broke off.
                }
              }
            },
            Thread.currentThread().getName() + "-reports");
    listener.setDaemon(true);
    listener.start();
  }

  /**
   * Answers the process's requests until it ends, breaks the protocol or takes too long.
   *
   * @return whether it asked for an event
   */
  private boolean serve(WorkerConnection connection) {
    boolean asked = false;
    try {
      while (!closed) {
        Optional<WorkerConnection.Request> request =
            connection.read(running.get() == null ? START_TIMEOUT : function.timeout());
        if (request.isEmpty()) {
          return asked;
        }
        if (!request.get().path().equals(NEXT)) {
          answerReport(request.get(), connection);
          continue;
        }
        asked = true;
        ready.complete(null);
        // One that is still running was left without an answer.
        giveUp(Cause.FUNCTION_ERROR);
        Optional<Invocation> invocation = next(connection);
        if (invocation.isEmpty()) {
          return asked;
        }
        give(invocation.get(), connection);
      }
    } catch (SocketTimeoutException e) {
      giveUp(Cause.TIMED_OUT);
    } catch (IOException e) {
      giveUp(Cause.WORKER_DIED);
    }
    return asked;
  }

  /**
   * The next event for a process that is there to take it: one that went away while it waited must
   * not swallow an event.
   */
  private Optional<Invocation> next(WorkerConnection connection) {
    while (!closed) {
      Invocation invocation;
      try {
        invocation = waiting.pollFirst(LIVENESS_CHECK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
      if (invocation != null && invocation.isOver()) {
        continue;
      }
      if (connection.isClosedByWorker()) {
        if (invocation != null) {
          waiting.addFirst(invocation);
        }
        return Optional.empty();
      }
      if (invocation != null) {
        return Optional.of(invocation);
      }
    }
    return Optional.empty();
  }

  private void give(Invocation invocation, WorkerConnection connection) throws IOException {
    running.set(invocation);
    Instant deadline = Instant.now().plus(function.timeout());
    connection.write("200 OK", headers(invocation, deadline), invocation.event());
  }

  /** Takes the process's word on the running event, or on its start. */
  private void answerReport(WorkerConnection.Request report, WorkerConnection connection)
      throws IOException {
    Invocation invocation = running.get();
    if (invocation != null && report.path().equals(INVOCATION + invocation.id() + "/response")) {
      running.set(null);
      invocation.answer().complete(report.body());
    } else if (invocation != null
        && report.path().equals(INVOCATION + invocation.id() + "/error")) {
      running.set(null);
      invocation.fail(Cause.FUNCTION_ERROR);
    } else if (!report.path().equals(INIT_ERROR)) {
      connection.write("404 Not Found", Map.of(), NOTHING);
      return;
    }
    connection.write("202 Accepted", JSON, STATUS_OK);
  }

  private void giveUp(Cause cause) {
    Invocation left = running.getAndSet(null);
    if (left != null) {
      left.fail(cause);
    }
  }

  private Map<String, String> headers(Invocation invocation, Instant deadline) {
    Map<String, String> headers = new LinkedHashMap<>(JSON);
    headers.put("Lambda-Runtime-Aws-Request-Id", invocation.id());
    headers.put("Lambda-Runtime-Deadline-Ms", Long.toString(deadline.toEpochMilli()));
    headers.put(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:local:000000000000:function:" + function.name());
    headers.put("Lambda-Runtime-Trace-Id", invocation.traceId());
    return headers;
  }

  private void end() {
    Process ended = process;
    if (ended == null) {
      return;
    }
    ended.destroyForcibly();
    try {
      ended.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause() {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failedStarts, 10));
    try {
      Thread.sleep(
          pause.compareTo(GREATEST_PAUSE) > 0 ? GREATEST_PAUSE.toMillis() : pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }
}
