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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** As much of S3 as storing new objects needs, in memory, with a delay and a status to set. */
public final class RecordingS3 implements AutoCloseable {

  private static final Set<String> CONTENT_TYPES =
      Set.of("application/json", "application/x-ndjson");

  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final List<String> methods = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Duration delay = Duration.ZERO;
  private volatile int status = 200;

  public RecordingS3() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** By path: {@code /bucket/key}. */
  public Map<String, String> objects() {
    return objects;
  }

  /** Of all requests but those that put, in their order. */
  public List<String> otherMethods() {
    return methods;
  }

  public void answerAfter(Duration pause) {
    delay = pause;
  }

  public void answerWith(int httpStatus) {
    status = httpStatus;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!delay.isZero()) {
        Thread.sleep(delay.toMillis());
      }
      exchange.sendResponseHeaders(put(exchange, body), -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int put(HttpExchange exchange, String body) {
    if (!exchange.getRequestMethod().equals("PUT")) {
      methods.add(exchange.getRequestMethod());
    }
    if (status != 200) {
      return status;
    }
    if (!exchange.getRequestMethod().equals("PUT")
        || !CONTENT_TYPES.contains(exchange.getRequestHeaders().getFirst("Content-Type"))
        || !"*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      return 400;
    }
    String path = exchange.getRequestURI().getRawPath();
    return objects.putIfAbsent(path, body) == null ? 200 : 412;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
