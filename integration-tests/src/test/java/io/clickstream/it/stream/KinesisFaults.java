package io.clickstream.it.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy of a Kinesis server in which requests of writers fail on demand. */
final class KinesisFaults implements AutoCloseable {

  /** The fault of a request. */
  enum Fault {
    NONE,
    /** The whole request is throttled, with status 400. */
    THROTTLED,
    /** Status 500; nothing is on the stream. */
    INTERNAL_ERROR,
    /** Each second record is on the stream, the others are throttled. */
    HALF_IS_THROTTLED,
    /** The records are on the stream, and the connection breaks before the answer. */
    LOSES_ANSWER
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String THROTTLED = "ProvisionedThroughputExceededException";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final URI kinesis;
  private final HttpServer server;
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private List<Fault> faults = List.of();

  KinesisFaults(URI kinesis) throws IOException {
    this.kinesis = kinesis;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Sets the faults of the next requests in their order; the last one stays. */
  synchronized void follow(Fault... inOrder) {
    faults = List.of(inOrder);
  }

  /** Returns how often each fault took place. */
  synchronized Map<Fault, Integer> counts() {
    return new EnumMap<>(counts);
  }

  private synchronized Fault next() {
    Fault next = faults.isEmpty() ? Fault.NONE : faults.get(0);
    if (faults.size() > 1) {
      faults = faults.subList(1, faults.size());
    }
    counts.merge(next, 1, Integer::sum);
    return next;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (exchange) {
      switch (next()) {
        case NONE -> {
          HttpResponse<byte[]> answer = forward(exchange, body);
          respond(exchange, answer.statusCode(), answer.body());
        }
        case THROTTLED -> respond(exchange, 400, error(THROTTLED));
        case INTERNAL_ERROR -> respond(exchange, 500, error("InternalFailure"));
        case HALF_IS_THROTTLED -> respond(exchange, 200, half(exchange, body));
        case LOSES_ANSWER -> forward(exchange, body);
      }
    }
  }

  private byte[] half(HttpExchange exchange, byte[] body) throws IOException {
    ObjectNode request = (ObjectNode) JSON.readTree(body);
    ArrayNode all = (ArrayNode) request.get("Records");
    ArrayNode kept = JSON.createArrayNode();
    for (int i = 0; i < all.size(); i += 2) {
      kept.add(all.get(i));
    }
    request.set("Records", kept);
    JsonNode answer = JSON.readTree(forward(exchange, JSON.writeValueAsBytes(request)).body());
    ArrayNode merged = JSON.createArrayNode();
    for (int i = 0; i < all.size(); i++) {
      merged.add(
          i % 2 == 0
              ? answer.get("Records").get(i / 2)
              : JSON.createObjectNode().put("ErrorCode", THROTTLED).put("ErrorMessage", "Rate"));
    }
    ObjectNode whole = JSON.createObjectNode().put("FailedRecordCount", all.size() / 2);
    whole.set("Records", merged);
    return JSON.writeValueAsBytes(whole);
  }

  private static byte[] error(String type) {
    return ("{\"__type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(kinesis).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (String header : List.of("Content-Type", "X-Amz-Target", "X-Amz-Date", "Authorization")) {
      request.header(header, exchange.getRequestHeaders().getFirst(header));
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
