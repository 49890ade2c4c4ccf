package io.clickstream.ingest.store;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An S3 server in memory with conditional PUTs, whose faults are set request by request. */
public final class FaultyServer implements AutoCloseable {

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
      String method, String path, Map<String, List<String>> headers, int clientPort) {}

  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile List<Fault> faults = List.of();

  public FaultyServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the stored bodies by path. */
  public Map<String, String> objects() {
    return objects;
  }

  /** Returns the requests in the order of their arrival. */
  public List<Seen> seen() {
    return seen;
  }

  /** Sets the faults of the next requests in their order; the last fault stays. */
  public void fail(Fault... faultsInOrder) {
    seen.clear();
    faults = List.of(faultsInOrder);
  }

  private synchronized Fault next() {
    List<Fault> now = faults;
    if (now.isEmpty()) {
      return Fault.NONE;
    }
    if (now.size() > 1) {
      faults = now.subList(1, now.size());
    }
    return now.get(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            path,
            Map.copyOf(exchange.getRequestHeaders()),
            exchange.getRemoteAddress().getPort()));
    Fault fault = next();
    if (fault == Fault.HANGS) {
      sleep();
    }
    boolean stores = fault == Fault.NONE || fault == Fault.STORES_AND_BREAKS;
    boolean taken =
        stores
            && exchange.getRequestMethod().equals("PUT")
            && objects.putIfAbsent(path, new String(body, StandardCharsets.UTF_8)) != null;
    if (fault.status == 0) {
      exchange.close();
      throw new IOException("the test breaks the connection");
    }
    int status = taken ? 412 : fault.status;
    byte[] error =
        status == 200
            ? new byte[0]
            : "<Error><Code>%s</Code><Message>injected</Message></Error>"
                .formatted(taken ? "PreconditionFailed" : fault.code)
                .getBytes(StandardCharsets.US_ASCII);
    try (exchange) {
      exchange.sendResponseHeaders(status, error.length == 0 ? -1 : error.length);
      exchange.getResponseBody().write(error);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(Duration.ofSeconds(60).toMillis());
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
