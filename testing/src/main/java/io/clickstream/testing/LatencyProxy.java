package io.clickstream.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A proxy that delays each request by a fixed latency, as a server in a region would. It keeps
 * connections open, serves them independently of each other, and does not delay responses.
 */
public final class LatencyProxy extends LoopbackProxy {

  private final Duration latency;

  /**
   * Starts the proxy.
   *
   * @param server the server on loopback that gets the requests
   * @param latency the delay of each request
   */
  public LatencyProxy(URI server, Duration latency) {
    super(server);
    this.latency = latency;
    start();
  }

  @Override
  void serve(Socket client) throws IOException, InterruptedException {
    try (Socket upstream = connect()) {
      copyResponses(upstream, client);
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = upstream.getOutputStream();
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        Thread.sleep(latency.toMillis());
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }
}
