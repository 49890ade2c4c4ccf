package io.clickstream.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An HTTP API on loopback before the function {@code clickstream-lambda-ingest}, as API Gateway has
 * it: {@code POST /clickstream}, and all else by the route {@code $default}, so that preflights,
 * wrong methods and wrong paths get the function's answers.
 *
 * <p>Like the gateway it answers itself: 413 for a body over 10 MB, 500 when the function fails,
 * 502 when its process ends, 503 when too much waits or an answer takes too long. Unlike the
 * gateway it shows what arrived: {@code GET /debug/events}, {@code ?good} or {@code ?bad}; {@code
 * DELETE} forgets it.
 */
public final class HttpApi implements AutoCloseable {

  /** The route's path. */
  public static final String PATH = "/clickstream";

  /** Where it shows what arrived. */
  public static final String DEBUG_PATH = "/debug/events";

  /** The gateway's greatest payload, in bytes. */
  private static final int BODY_BYTES = 10 << 20;

  private static final int CONNECTION_BACKLOG = 4096;
  private static final int THREADS = 16;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int REQUEST_ID_BYTES = 11;
  private static final int NO_BODY = -1;
  private static final int TRACE_BYTES = 12;

  static {
    // The server reads these once a JVM. Without the first, an answer's body waits up to 40 ms for
    // the acknowledgement of its headers; with the default of the second, 200, it cuts busy
    // connections of which a client is about to send on.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("sun.net.httpserver.maxIdleConnections", "20000");
  }

  private final LambdaRuntime function;
  private final HttpServer server;
  private final DebugEvents debugEvents = new DebugEvents();
  private final ExecutorService readers = Executors.newFixedThreadPool(THREADS);

  /** Others than those who read, or answers would wait behind all requests that have come. */
  private final ExecutorService writers = Executors.newFixedThreadPool(THREADS);

  private final AtomicInteger running = new AtomicInteger();

  /**
   * Starts to listen on 127.0.0.1.
   *
   * @param function what answers; stays the caller's to close, after this
   * @param port 0 for any free one
   * @throws IOException when the port is taken
   */
  public HttpApi(LambdaRuntime function, int port) throws IOException {
    this.function = function;
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECTION_BACKLOG);
    } catch (IOException e) {
      readers.shutdown();
      writers.shutdown();
      throw new IOException("port " + port + " of 127.0.0.1: " + e.getMessage(), e);
    }
    server.setExecutor(readers);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where to POST: {@code http://127.0.0.1:<port>/clickstream}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port() + PATH);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops to listen; requests that are being answered get some seconds to end. */
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
  }

  /** Reads a request; the answer is sent when the function has one, without a thread waiting. */
  private void handle(HttpExchange exchange) {
    running.incrementAndGet();
    String requestId = newRequestId();
    try {
      Optional<byte[]> body = body(exchange);
      if (DEBUG_PATH.equals(exchange.getRequestURI().getRawPath())) {
        send(exchange, requestId, debug(exchange));
        return;
      }
      Instant receivedAt = Instant.now();
      if (body.isEmpty()) {
        GatewayAnswer tooLarge = GatewayAnswer.message(413, "Request Entity Too Large");
        answer(exchange, new byte[0], requestId, receivedAt, tooLarge);
        return;
      }
      String traceId = traceId(exchange, receivedAt);
      byte[] event = event(exchange, body.get(), requestId, receivedAt).toJson(traceId);
      CompletableFuture<GatewayAnswer> answer =
          function.invoke(event, traceId).handle(HttpApi::answer);
      Consumer<GatewayAnswer> send =
          done -> answer(exchange, body.get(), requestId, receivedAt, done);
      if (answer.isDone()) {
        // What overflows is answered before more is read: so no more is held than waits.
        send.accept(answer.join());
      } else {
        answer.thenAcceptAsync(send, writers);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The client went away, or sent what is no HTTP, or too much at once for this machine.
      exchange.close();
      running.decrementAndGet();
    }
  }

  private GatewayAnswer debug(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return switch (exchange.getRequestMethod()) {
      case "GET" -> debugEvents.answer(query == null ? "" : query);
      case "DELETE" -> {
        debugEvents.clear();
        yield debugEvents.answer("");
      }
      default -> GatewayAnswer.message(405, "Method Not Allowed");
    };
  }

  private void answer(
      HttpExchange exchange,
      byte[] body,
      String requestId,
      Instant receivedAt,
      GatewayAnswer answer) {
    if (!exchange.getRequestMethod().equals("OPTIONS")) {
      Headers headers = exchange.getRequestHeaders();
      debugEvents.add(
          new DebugEvents.Seen(
              receivedAt,
              requestId,
              exchange.getRequestMethod(),
              headers.getFirst("Content-Type"),
              headers.getFirst("Origin"),
              body.length,
              body,
              answer));
    }
    send(exchange, requestId, answer);
  }

  /** Empty when it is too large; then a client that isn't far over still gets to read so. */
  private static Optional<byte[]> body(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(BODY_BYTES + 1);
      if (body.length <= BODY_BYTES) {
        return Optional.of(body);
      }
      in.readNBytes(BODY_BYTES);
      return Optional.empty();
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

  private static GatewayAnswer answer(byte[] answer, Throwable failure) {
    if (failure == null) {
      try {
        return GatewayAnswer.ofFunction(answer);
      } catch (IOException e) {
        return GatewayAnswer.message(500, "Internal Server Error");
      }
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return GatewayAnswer.message(503, "Service Unavailable");
    }
    if (cause instanceof InvocationFailedException failed) {
      return switch (failed.why()) {
        case QUEUE_FULL, TIMED_OUT, CLOSED -> GatewayAnswer.message(503, "Service Unavailable");
        case WORKER_DIED -> GatewayAnswer.message(502, "Bad Gateway");
        case FUNCTION_ERROR -> GatewayAnswer.message(500, "Internal Server Error");
      };
    }
    return GatewayAnswer.message(500, "Internal Server Error");
  }

  private void send(HttpExchange exchange, String requestId, GatewayAnswer answer) {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      answer.headers().forEach(headers::set);
      headers.remove("content-length");
      answer.cookies().forEach(cookie -> headers.add("set-cookie", cookie));
      headers.set("apigw-requestid", requestId);
      boolean bodiless =
          answer.body().length == 0
              || answer.status() == 204
              || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), bodiless ? NO_BODY : answer.body().length);
      if (!bodiless) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (IOException | RuntimeException e) {
      // The client went away, or the function's headers are no headers; closing says so.
    } finally {
      running.decrementAndGet();
    }
  }

  private static String traceId(HttpExchange exchange, Instant receivedAt) {
    String sent = exchange.getRequestHeaders().getFirst(GatewayEvent.TRACE_HEADER);
    if (sent != null) {
      return sent;
    }
    return "Root=1-%08x-%s"
        .formatted(receivedAt.getEpochSecond(), HexFormat.of().formatHex(random(TRACE_BYTES)));
  }

  /** Of the gateway's form, such as {@code JKJaXmPLvHcESHA=}. */
  private static String newRequestId() {
    return Base64.getUrlEncoder().encodeToString(random(REQUEST_ID_BYTES));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    ThreadLocalRandom.current().nextBytes(bytes);
    return bytes;
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
