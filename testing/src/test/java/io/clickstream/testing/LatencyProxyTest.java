package io.clickstream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatencyProxyTest {

  private final List<String> served = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          served.add(path);
          byte[] body = ("body of " + path).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private LatencyProxy proxy(Duration latency) {
    return new LatencyProxy(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), latency);
  }

  private static HttpRequest get(LatencyProxy proxy, String path) {
    return HttpRequest.newBuilder(proxy.endpoint().resolve(path)).build();
  }

  @Test
  void requestsOfAConnectionAreServedInTheirOrder() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try (LatencyProxy proxy = proxy(Duration.ofMillis(1))) {
      for (String path : List.of("/a", "/b", "/c")) {
        assertThat(client.send(get(proxy, path), BodyHandlers.ofString()).body())
            .isEqualTo("body of " + path);
      }
    }
    assertThat(served).containsExactly("/a", "/b", "/c");
  }

  @Test
  void aResponseComesAfterTheLatencyAtTheEarliest() throws Exception {
    Duration latency = Duration.ofMillis(50);
    try (LatencyProxy proxy = proxy(latency)) {
      long sentAt = System.nanoTime();
      HttpClient.newHttpClient().send(get(proxy, "/a"), BodyHandlers.ofString());
      // A lower bound only: a busy machine cannot make the request faster.
      assertThat(System.nanoTime() - sentAt).isGreaterThanOrEqualTo(latency.toNanos());
    }
  }

  @Test
  void aRequestDoesNotReachTheServerBeforeTheLatency() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try (LatencyProxy slow = proxy(Duration.ofDays(1));
        LatencyProxy fast = proxy(Duration.ZERO)) {
      client.sendAsync(get(slow, "/slow"), BodyHandlers.ofString());
      client.send(get(fast, "/fast"), BodyHandlers.ofString());
    }
    assertThat(served).containsExactly("/fast");
  }
}
