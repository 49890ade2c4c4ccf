package io.clickstream.local.gateway;

import io.clickstream.local.gateway.InvocationFailedException.Reason;
import io.clickstream.servers.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
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
 * One execution environment of a function: a process with the runtime interface client, and a
 * Runtime API for this process alone, on a port of its own. A process that ends is replaced.
 *
 * <p>With a port per process, an event goes to a process only while that process is alive. All
 * users of this machine reach the port, and so do pages in a browser. The address that the process
 * gets therefore holds a secret, and other requests are not answered.
 */
final class ExecutionEnvironment implements Runnable {

  private static final String CLIENT_MAIN =
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
  private static final String API = "/2018-06-01/runtime";
  private static final String NEXT = API + "/invocation/next";
  private static final String INVOCATION = API + "/invocation/";
  private static final String INIT_ERROR = API + "/init/error";
  private static final String RESTORE_NEXT = API + "/restore/next";

  /** Makes the CRaC library of functions register its hooks with the client. */
  private static final String SNAPSHOT_HOOKS =
      "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac";

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final byte[] STATUS_OK = "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** The client usually starts within a second; a busy machine takes longer. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** The process sends its first request as soon as it is connected. */
  private static final Duration STRANGER_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration LIVENESS_CHECK = Duration.ofMillis(200);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
  private static final int START_ATTEMPTS = 3;

  /** Flags for a quick start and little memory: the serial collector and the C1 compiler only. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Xms32m",
          "-Xmx128m",
          "-XX:-UsePerfData");

  /** The variables that a process inherits. It gets no other variable of this process. */
  private static final Set<String> INHERITED = Set.of("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP");

  private final LambdaFunction function;
  private final Path folder;
  private final Optional<Path> library;
  private final BlockingDeque<Invocation> waiting;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private final AtomicReference<Invocation> running = new AtomicReference<>();

  /** The first part of all paths of this process; empty for a program that cannot send it. */
  private final String secret;

  private volatile boolean closed;
  private volatile Process process;
  private volatile int port;
  private int failedStarts;

  ExecutionEnvironment(
      LambdaFunction function,
      Path folder,
      Optional<Path> library,
      BlockingDeque<Invocation> waiting) {
    this.function = function;
    this.folder = folder;
    this.library = library;
    this.waiting = waiting;
    this.secret = function.program().isEmpty() ? "/" + PrivateFiles.secret() : "";
  }

  /** Completes when a process has asked for its first event; fails after three failed starts. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).map(Process::toHandle).filter(ProcessHandle::isAlive);
  }

  /** Returns the port of the process's Runtime API; 0 before the first one. */
  int port() {
    return port;
  }

  Path log() {
    return folder.resolve(function.name() + ".log");
  }

  @Override
  public void run() {
    while (!closed) {
      boolean started = runProcess();
      failedStarts = started ? 0 : failedStarts + 1;
      if (failedStarts == START_ATTEMPTS) {
        ready.completeExceptionally(
            new IllegalStateException(
                "Cannot start "
                    + function.name()
                    + ": its process ends early. Read "
                    + log()
                    + "."));
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
   * Starts a process and serves it until it ends.
   *
   * @return true when the process asked for an event
   */
  private boolean runProcess() {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      process = start(port);
      if (closed) {
        return false;
      }
      if (function.isSnapStart() && !restore(server)) {
        return false;
      }
      Optional<RuntimeApiConnection> accepted = accept(server);
      if (accepted.isEmpty()) {
        return false;
      }
      listenForReports(server);
      try (RuntimeApiConnection connection = accepted.get()) {
        return serve(connection);
      }
    } catch (IOException | UncheckedIOException e) {
      return false;
    } finally {
      failRunning(Reason.ENVIRONMENT_ENDED);
      end();
    }
  }

  private Process start(int apiPort) throws IOException {
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
        "AWS_LAMBDA_RUNTIME_API",
        InetAddress.getLoopbackAddress().getHostAddress() + ":" + apiPort + secret);
    return builder.start();
  }

  private List<String> javaClient() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add(SNAPSHOT_HOOKS);
    library.ifPresent(file -> command.add("-D" + NativeClientLibrary.PROPERTY + "=" + file));
    command.add("-cp");
    command.add(
        function.classpath().stream()
            .map(jar -> jar.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(CLIENT_MAIN);
    command.add(function.handler());
    return command;
  }

  /** Waits for a connection of the process. Others are closed after their first request. */
  private Optional<RuntimeApiConnection> accept(ServerSocketChannel server) throws IOException {
    Instant latest = Instant.now().plus(START_TIMEOUT);
    server.socket().setSoTimeout((int) LIVENESS_CHECK.toMillis());
    while (!closed && process.isAlive() && Instant.now().isBefore(latest)) {
      try {
        RuntimeApiConnection connection =
            new RuntimeApiConnection(server.socket().accept().getChannel(), secret);
        if (connection.isOfProcess(STRANGER_TIMEOUT)) {
          return Optional.of(connection);
        }
        connection.close();
      } catch (SocketTimeoutException e) {
        // Check that the process is alive, and wait again.
      }
    }
    return Optional.empty();
  }

  /**
   * Responds to the client's request for the restore of its snapshot, which it sends on a
   * connection of its own between its hooks. The response is immediate, because the process just
   * continues.
   *
   * @return true when the client sent the request
   */
  private boolean restore(ServerSocketChannel server) throws IOException {
    Optional<RuntimeApiConnection> accepted = accept(server);
    if (accepted.isEmpty()) {
      return false;
    }
    try (RuntimeApiConnection connection = accepted.get()) {
      Optional<RuntimeApiConnection.Request> request = connection.read(START_TIMEOUT);
      if (request.isEmpty() || !request.get().path().equals(RESTORE_NEXT)) {
        return false;
      }
      connection.write("200 OK", JSON, STATUS_OK);
      return true;
    }
  }

  /** Accepts error reports, which the client sends on further connections. */
  private void listenForReports(ServerSocketChannel server) {
    Thread listener =
        new Thread(
            () -> {
              while (server.isOpen()) {
                try (RuntimeApiConnection connection =
                    new RuntimeApiConnection(server.accept(), secret)) {
                  Optional<RuntimeApiConnection.Request> report = connection.read(LIVENESS_CHECK);
                  if (report.isPresent()) {
                    handleReport(report.get(), connection);
                  }
                } catch (IOException e) {
                  // The server is closed, which ends the loop, or the report was incomplete.
                }
              }
            },
            Thread.currentThread().getName() + "-reports");
    listener.setDaemon(true);
    listener.start();
  }

  /**
   * Serves the process's requests until it ends, breaks the protocol or exceeds a timeout.
   *
   * @return true when the process asked for an event
   */
  private boolean serve(RuntimeApiConnection connection) {
    boolean asked = false;
    try {
      while (!closed) {
        Optional<RuntimeApiConnection.Request> request =
            connection.read(running.get() == null ? START_TIMEOUT : function.timeout());
        if (request.isEmpty()) {
          return asked;
        }
        if (!request.get().path().equals(NEXT)) {
          handleReport(request.get(), connection);
          continue;
        }
        asked = true;
        ready.complete(null);
        // The process asks again without having responded to the running invocation.
        failRunning(Reason.FUNCTION_ERROR);
        Optional<Invocation> invocation = next(connection);
        if (invocation.isEmpty()) {
          return asked;
        }
        give(invocation.get(), connection);
      }
    } catch (SocketTimeoutException e) {
      failRunning(Reason.TIMED_OUT);
    } catch (IOException e) {
      failRunning(Reason.ENVIRONMENT_ENDED);
    }
    return asked;
  }

  /**
   * Waits for the next event. Checks that the process is still connected before it gives the event
   * away: an event given to a process that is gone would be lost.
   */
  private Optional<Invocation> next(RuntimeApiConnection connection) {
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
      if (connection.isClosedByPeer()) {
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

  private void give(Invocation invocation, RuntimeApiConnection connection) throws IOException {
    running.set(invocation);
    Instant deadline = Instant.now().plus(function.timeout());
    connection.write("200 OK", headers(invocation, deadline), invocation.event());
  }

  /** Handles the process's response or error for the running invocation, or its start error. */
  private void handleReport(RuntimeApiConnection.Request report, RuntimeApiConnection connection)
      throws IOException {
    Invocation invocation = running.get();
    if (invocation != null && report.path().equals(INVOCATION + invocation.id() + "/response")) {
      running.set(null);
      invocation.response().complete(report.body());
    } else if (invocation != null
        && report.path().equals(INVOCATION + invocation.id() + "/error")) {
      running.set(null);
      invocation.fail(Reason.FUNCTION_ERROR);
    } else if (!report.path().equals(INIT_ERROR)) {
      connection.write("404 Not Found", Map.of(), NOTHING);
      return;
    }
    connection.write("202 Accepted", JSON, STATUS_OK);
  }

  private void failRunning(Reason reason) {
    Invocation left = running.getAndSet(null);
    if (left != null) {
      left.fail(reason);
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
    Duration pause = FIRST_BACKOFF.multipliedBy(1L << Math.min(failedStarts, 10));
    try {
      Thread.sleep(pause.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF.toMillis() : pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }
}
