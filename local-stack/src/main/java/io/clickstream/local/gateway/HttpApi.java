package io.clickstream.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A local replacement of API Gateway's HTTP API, on 127.0.0.1. It invokes the function {@code
 * clickstream-lambda-ingest} by the routes {@code POST /clickstream} and {@code $default}, so that
 * the function also answers preflights, wrong methods and wrong paths.
 *
 * <p>Like API Gateway it responds itself with 413 to a body over 10 MB, with 500 when the function
 * fails, with 502 when its process ends, and with 503 when the queue is full or a response takes
 * too long. Unlike API Gateway it lists the latest requests: {@code GET /debug/events}, {@code
 * ?good} or {@code ?bad}. {@code DELETE /debug/events} clears the list. Both need a password by
 * HTTP Basic, because all users of the machine reach the port.
 *
 * <p>Requests for another {@code Host}, and those of pages whose {@code Origin} the function's
 * {@code ALLOWED_ORIGINS} does not name, are answered 403 ({@link RequestGuard}).
 */
public final class HttpApi implements AutoCloseable {

  /** The path of the route. */
  public static final String PATH = "/clickstream";

  /** The path of the list of requests. */
  public static final String DEBUG_PATH = "/debug/events";

  /** The user name for the list of requests. */
  public static final String DEBUG_USER = "developer";

  /** API Gateway's payload limit, in bytes. */
  private static final int MAX_BODY_BYTES = 10 << 20;

  private static final int CONNECTION_BACKLOG = 4096;

  /**
   * Threads that read requests. A request that is sent slowly or in part occupies one of them,
   * until {@link #REQUEST_SECONDS} have passed.
   */
  private static final int READERS = 512;

  private static final int WRITERS = 16;

  private static final Map<String, String> LOGIN_WANTED =
      Map.of(
          "content-type",
          "application/json",
          "www-authenticate",
          "Basic realm=\"clickstream\", charset=\"UTF-8\"");

  /** Time in which a request must have arrived, with its body. Loopback takes milliseconds. */
  private static final int REQUEST_SECONDS = 5;

  /** Memory for bodies that are being read; each is at most 10 MB. */
  private static final int MAX_READING_BYTES = 256 << 20;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int REQUEST_ID_BYTES = 11;
  private static final int NO_BODY = -1;
  private static final int PART_BYTES = 16 << 10;
  private static final long IDLE_SECONDS = 10;
  private static final int TRACE_BYTES = 12;

  static {
    // The JDK's server reads these properties once per JVM. Without TCP_NODELAY the body of a
    // response waits up to 40 ms for the acknowledgement of its headers. By default the server
    // keeps 200 idle connections and closes others, on which a client may be about to send.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("sun.net.httpserver.maxIdleConnections", "20000");
    // The only limit for the time of headers. The time of a body is limited below.
    setIfAbsent("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_SECONDS));
  }

  private final LambdaRuntime function;
  private final HttpServer server;
  private final DebugEvents debugEvents = new DebugEvents();
  private final ExecutorService readers = threads(READERS);
  private final Semaphore readingBytes = new Semaphore(MAX_READING_BYTES);
  private final RequestGuard guard;
  private final byte[] debugLogin;
  private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

  /** A pool of its own: in the readers' pool responses would wait behind all new requests. */
  private final ExecutorService writers = threads(WRITERS);

  private final AtomicInteger running = new AtomicInteger();

  /**
   * Starts the server on 127.0.0.1.
   *
   * @param function the function to invoke; the caller closes it after this object
   * @param port the port, or 0 for a free one
   * @param debugPassword the password of {@link #DEBUG_USER}
   * @throws IOException when the port is in use
   */
  public HttpApi(LambdaRuntime function, int port, String debugPassword) throws IOException {
    this.function = function;
    this.debugLogin = bytes("Basic " + base64(DEBUG_USER + ":" + debugPassword));
    this.guard = RequestGuard.of(function.setting("ALLOWED_ORIGINS"));
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECTION_BACKLOG);
    } catch (IOException e) {
      readers.shutdown();
      writers.shutdown();
      deadlines.shutdown();
      throw new IOException(
          "Cannot listen on 127.0.0.1:" + port + ": " + e.getMessage() + ". Choose another port.",
          e);
    }
    server.setExecutor(readers);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns the address for events: {@code http://127.0.0.1:<port>/clickstream}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port() + PATH);
  }

  /** Returns the port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops the server; requests in flight have five seconds to finish. */
  @Override
  public void close() {
    long latest = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (running.get() > 0 && System.nanoTime() < latest) {
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    server.stop(0);
    readers.shutdownNow();
    writers.shutdownNow();
    deadlines.shutdownNow();
  }

  /** Reads a request and invokes the function. No thread waits for the response. */
  private void handle(HttpExchange exchange) {
    running.incrementAndGet();
    String requestId = newRequestId();
    try {
      if (!mayEnter(exchange)) {
        send(exchange, requestId, GatewayResponse.message(403, "Forbidden"));
        return;
      }
      Optional<byte[]> body = body(exchange);
      if (DEBUG_PATH.equals(exchange.getRequestURI().getRawPath())) {
        send(exchange, requestId, debug(exchange));
        return;
      }
      Instant receivedAt = Instant.now();
      if (body.isEmpty()) {
        GatewayResponse tooLarge = GatewayResponse.message(413, "Request Entity Too Large");
        respond(exchange, new byte[0], requestId, receivedAt, tooLarge);
        return;
      }
      String traceId = traceId(exchange, receivedAt);
      byte[] event = event(exchange, body.get(), requestId, receivedAt).toJson(traceId);
      CompletableFuture<GatewayResponse> response =
          function.invoke(event, traceId).handle(HttpApi::response);
      Consumer<GatewayResponse> send =
          done -> respond(exchange, body.get(), requestId, receivedAt, done);
      if (response.isDone()) {
        // Overflow is answered before more is read, so that the queue bounds the memory.
        send.accept(response.join());
      } else {
        response.thenAcceptAsync(send, writers);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The client disconnected or sent invalid HTTP, or this process has no memory left.
      exchange.close();
      running.decrementAndGet();
    }
  }

  private boolean mayEnter(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    boolean isDebug = DEBUG_PATH.equals(exchange.getRequestURI().getRawPath());
    return RequestGuard.isForThisMachine(headers)
        && (isDebug ? RequestGuard.isOwn(headers) : guard.maySend(headers));
  }

  private GatewayResponse debug(HttpExchange exchange) {
    String login = exchange.getRequestHeaders().getFirst("Authorization");
    if (login == null || !MessageDigest.isEqual(debugLogin, bytes(login))) {
      return new GatewayResponse(
          401, LOGIN_WANTED, List.of(), bytes("{\"message\":\"Unauthorized\"}"));
    }
    String query = exchange.getRequestURI().getRawQuery();
    return switch (exchange.getRequestMethod()) {
      case "GET" -> debugEvents.list(query == null ? "" : query);
      case "DELETE" -> {
        debugEvents.clear();
        yield debugEvents.list("");
      }
      default -> GatewayResponse.message(405, "Method Not Allowed");
    };
  }

  private void respond(
      HttpExchange exchange,
      byte[] body,
      String requestId,
      Instant receivedAt,
      GatewayResponse response) {
    if (!exchange.getRequestMethod().equals("OPTIONS")) {
      Headers headers = exchange.getRequestHeaders();
      debugEvents.add(
          new DebugEvents.Exchange(
              receivedAt,
              requestId,
              exchange.getRequestMethod(),
              headers.getFirst("Content-Type"),
              headers.getFirst("Origin"),
              body.length,
              body,
              response));
    }
    send(exchange, requestId, response);
  }

  /**
   * Returns the body; empty when it is too large. Reads up to twice the limit, so that most clients
   * finish sending and read the response.
   *
   * @throws IOException when the body does not arrive in time, or when too many are being read
   */
  private Optional<byte[]> body(HttpExchange exchange) throws IOException {
    int held = 0;
    ScheduledFuture<?> deadline =
        deadlines.schedule(exchange::close, REQUEST_SECONDS, TimeUnit.SECONDS);
    try (InputStream in = exchange.getRequestBody()) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      byte[] part = new byte[PART_BYTES];
      for (int read = in.read(part); read >= 0; read = in.read(part)) {
        if (body.size() + read > MAX_BODY_BYTES) {
          in.readNBytes(MAX_BODY_BYTES);
          return Optional.empty();
        }
        if (!readingBytes.tryAcquire(read)) {
          throw new IOException("Cannot read a body: too many are being read.");
        }
        held += read;
        body.write(part, 0, read);
      }
      return Optional.of(body.toByteArray());
    } finally {
      deadline.cancel(false);
      readingBytes.release(held);
    }
  }

  private static GatewayEvent event(
      HttpExchange exchange, byte[] body, String requestId, Instant receivedAt) {
    URI uri = exchange.getRequestURI();
    return new GatewayEvent(
        exchange.getRequestMethod(),
        uri.getRawPath(),
        uri.getRawQuery() == null ? "" : uri.getRawQuery(),
        exchange.getProtocol(),
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        exchange.getRequestHeaders(),
        body,
        requestId,
        receivedAt);
  }

  private static GatewayResponse response(byte[] response, Throwable failure) {
    if (failure == null) {
      try {
        return GatewayResponse.ofFunction(response);
      } catch (IOException e) {
        return GatewayResponse.message(500, "Internal Server Error");
      }
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return GatewayResponse.message(503, "Service Unavailable");
    }
    if (cause instanceof InvocationFailedException failed) {
      return switch (failed.reason()) {
        case QUEUE_FULL, TIMED_OUT, CLOSED -> GatewayResponse.message(503, "Service Unavailable");
        case ENVIRONMENT_ENDED -> GatewayResponse.message(502, "Bad Gateway");
        case FUNCTION_ERROR -> GatewayResponse.message(500, "Internal Server Error");
      };
    }
    return GatewayResponse.message(500, "Internal Server Error");
  }

  private void send(HttpExchange exchange, String requestId, GatewayResponse response) {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      response.headers().forEach(headers::set);
      headers.remove("content-length");
      response.cookies().forEach(cookie -> headers.add("set-cookie", cookie));
      headers.set("apigw-requestid", requestId);
      headers.set("x-content-type-options", "nosniff");
      boolean bodiless =
          response.body().length == 0
              || response.status() == 204
              || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), bodiless ? NO_BODY : response.body().length);
      if (!bodiless) {
        exchange.getResponseBody().write(response.body());
      }
    } catch (IOException | RuntimeException e) {
      // The client disconnected, or the function's headers are invalid. The connection closes.
    } finally {
      running.decrementAndGet();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String traceId(HttpExchange exchange, Instant receivedAt) {
    String sent = exchange.getRequestHeaders().getFirst(GatewayEvent.TRACE_HEADER);
    if (sent != null) {
      return sent;
    }
    return "Root=1-%08x-%s"
        .formatted(receivedAt.getEpochSecond(), HexFormat.of().formatHex(random(TRACE_BYTES)));
  }

  /** Returns an id in the form of API Gateway, such as {@code JKJaXmPLvHcESHA=}. */
  private static String newRequestId() {
    return Base64.getUrlEncoder().encodeToString(random(REQUEST_ID_BYTES));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    ThreadLocalRandom.current().nextBytes(bytes);
    return bytes;
  }

  /** Returns up to so many threads, of which idle ones end. */
  private static ExecutorService threads(int number) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            number, number, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
