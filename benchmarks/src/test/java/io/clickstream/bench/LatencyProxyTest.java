package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatencyProxyTest {

  private static final Duration LATENCY = Duration.ofMillis(100);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private LatencyProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    proxy =
        new LatencyProxy(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), LATENCY);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void eachRequestOfAKeptConnectionIsHeld() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.endpoint().getPort())) {
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (int request = 1; request <= 3; request++) {
        long startedAt = System.nanoTime();
        String text = "GET /" + request + " HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(bodyOfTwo(answers)).isEqualTo("/" + request);
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThanOrEqualTo(LATENCY);
      }
    }
    assertThat(proxy.requests()).isEqualTo(3);
  }

  /** Skips the head, and reads a body of two characters. */
  private static String bodyOfTwo(BufferedReader answers) throws IOException {
    while (!answers.readLine().isEmpty()) {
      // The head goes on.
    }
    return "" + (char) answers.read() + (char) answers.read();
  }

  @Test
  void requestsOnSeveralConnectionsDoNotWaitForEachOther() {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    int requests = 40;
    long startedAt = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      URI uri = proxy.endpoint().resolve("/object-" + i);
      answers.add(
          client.sendAsync(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < requests; i++) {
      assertThat(answers.get(i).join().body()).isEqualTo("/object-" + i);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startedAt))
        .isLessThan(LATENCY.multipliedBy(requests / 2));
    assertThat(proxy.requests()).isEqualTo(requests);
  }

  @Test
  void anAnswerOfManyBlocksIsPassedOnAsAWhole() throws Exception {
    byte[] large = new byte[1_000_000];
    Arrays.fill(large, (byte) 'x');
    server.createContext(
        "/large",
        exchange -> {
          exchange.sendResponseHeaders(200, large.length);
          exchange.getResponseBody().write(large);
          exchange.close();
        });
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(proxy.endpoint().resolve("/large")).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(large);
  }
}
