package io.clickstream.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A proxy that records connections and requests, and may answer some requests itself. It keeps
 * connections open.
 */
public final class RecordingProxy extends LoopbackProxy {

  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile Function<String, Optional<String>> responses = head -> Optional.empty();

  /** Starts the proxy for a server on loopback. */
  public RecordingProxy(URI server) {
    super(server);
    start();
  }

  /** Forgets the recorded connections and requests, and answers no request itself. */
  public void reset() {
    responses = head -> Optional.empty();
    connections.set(0);
    requests.clear();
  }

  /**
   * Answers some requests in the server's place.
   *
   * @param chosen the response to a request's head; an empty text breaks the connection
   */
  public void answer(Function<String, Optional<String>> chosen) {
    responses = chosen;
  }

  /** Returns the number of connections since the last reset. */
  public int connections() {
    return connections.get();
  }

  /** Returns the heads of GETs of objects; all but their first lines in lower case. */
  public List<String> gets() {
    return requests.stream()
        .filter(head -> head.startsWith("GET ") && !head.contains("list-type="))
        .toList();
  }

  @Override
  void serve(Socket client) throws IOException {
    connections.incrementAndGet();
    try (Socket upstream = connect()) {
      copyResponses(upstream, client);
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = upstream.getOutputStream();
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        int firstLine = head.indexOf("\r\n");
        String recorded =
            head.substring(0, firstLine) + head.substring(firstLine).toLowerCase(Locale.ROOT);
        requests.add(recorded);
        Optional<String> response = responses.apply(recorded);
        if (response.isPresent() && response.get().isEmpty()) {
          return;
        }
        if (response.isPresent()) {
          client.getOutputStream().write(response.get().getBytes(StandardCharsets.US_ASCII));
        } else {
          out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
  }
}
