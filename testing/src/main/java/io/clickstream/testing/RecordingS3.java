package io.clickstream.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An S3 server in memory that accepts conditional PUTs of raw objects and records all requests. Its
 * delay and its faults are set by the test, the faults request by request.
 *
 * <p>A PUT needs {@code If-None-Match: *} and a content type of raw objects; all other requests are
 * answered 403, as S3 answers unsigned ones.
 */
public final class RecordingS3 implements AutoCloseable {

  /** The fault of a request. */
  public enum Fault {
    NONE(200, ""),
    SLOW_DOWN(503, "SlowDown"),
    INTERNAL_ERROR(500, "InternalError"),
    CONFLICT(409, "ConditionalRequestConflict"),
    REQUEST_TIMEOUT(400, "RequestTimeout"),
    ACCESS_DENIED(403, "AccessDenied"),
    NO_SUCH_BUCKET(404, "NoSuchBucket"),
    /** The connection breaks and the object is not stored. */
    BREAKS(0, ""),
    /** The object is stored and the connection breaks before the response. */
    STORES_AND_BREAKS(0, ""),
    /** The object is stored, and the response takes longer than any client waits. */
    STORES_AND_HANGS(0, ""),
    /** The response takes longer than any client waits. */
    HANGS(0, "");

    private final int status;
    private final String code;

    Fault(int status, String code) {
      this.status = status;
      this.code = code;
    }
  }

  /** A request as it was received. */
  public record Seen(
      String method, String path, Map<String, List<String>> headers, int clientPort) {

    /** Returns the values of a header, joined by commas; empty when the request has none. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> String.join(",", header.getValue()))
          .findFirst()
          .orElse("");
    }
  }

  /** The time after which a request that hangs is broken. */
  public static final Duration HANG = Eventually.LIMIT;

  private static final Set<String> CONTENT_TYPES =
      Set.of("application/json", "application/x-ndjson");

  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Duration delay = Duration.ZERO;
  private List<Fault> faults = List.of();

  /** Starts the server on a free port of 127.0.0.1. */
  public RecordingS3() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns the server's address, without a slash at its end. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the stored bodies by path, {@code /bucket/key}. */
  public Map<String, String> objects() {
    return objects;
  }

  /** Returns the requests in the order of their arrival. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** Sets the time before each response. */
  public void answerAfter(Duration pause) {
    delay = pause;
  }

  /**
   * Sets the faults of the next requests in their order; the last fault stays. Forgets the requests
   * seen before.
   *
   * @param faultsInOrder empty for no faults
   */
  public synchronized void fail(Fault... faultsInOrder) {
    seen.clear();
    faults = List.of(faultsInOrder);
  }

  private synchronized Fault nextFault() {
    if (faults.isEmpty()) {
      return Fault.NONE;
    }
    Fault next = faults.get(0);
    if (faults.size() > 1) {
      faults = faults.subList(1, faults.size());
    }
    return next;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            Map.copyOf(exchange.getRequestHeaders()),
            exchange.getRemoteAddress().getPort()));
    Fault fault = nextFault();
    pause(fault == Fault.HANGS ? HANG : delay);
    switch (fault) {
      case NONE -> respond(exchange, put(exchange, body));
      case STORES_AND_BREAKS -> {
        put(exchange, body);
        breakConnection(exchange);
      }
      case STORES_AND_HANGS -> {
        put(exchange, body);
        pause(HANG);
        breakConnection(exchange);
      }
      case BREAKS, HANGS -> breakConnection(exchange);
      default -> respond(exchange, new Response(fault.status, fault.code));
    }
  }

  /** A response with a status and, for an error, S3's code. */
  private record Response(int status, String code) {

    byte[] body() {
      return code.isEmpty()
          ? new byte[0]
          : "<Error><Code>%s</Code><Message>injected</Message></Error>"
              .formatted(code)
              .getBytes(StandardCharsets.US_ASCII);
    }
  }

  private Response put(HttpExchange exchange, String body) {
    if (!exchange.getRequestMethod().equals("PUT")) {
      return new Response(403, "AccessDenied");
    }
    if (!CONTENT_TYPES.contains(exchange.getRequestHeaders().getFirst("Content-Type"))
        || !"*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      return new Response(400, "InvalidRequest");
    }
    return objects.putIfAbsent(exchange.getRequestURI().getRawPath(), body) == null
        ? new Response(200, "")
        : new Response(412, "PreconditionFailed");
  }

  private static void respond(HttpExchange exchange, Response response) throws IOException {
    try (exchange) {
      byte[] body = response.body();
      boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), bodiless ? -1 : body.length);
      if (!bodiless) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static void breakConnection(HttpExchange exchange) throws IOException {
    exchange.close();
    throw new IOException("the test breaks the connection");
  }

  private static void pause(Duration time) {
    if (time.isZero()) {
      return;
    }
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
