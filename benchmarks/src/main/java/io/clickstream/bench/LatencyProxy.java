package io.clickstream.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes a server on loopback as far away as one in a region: each request is held for a while, then
 * passed on as it came. Connections are kept and don't wait for each other, answers are not held.
 * For requests without a body, as readers make them.
 */
final class LatencyProxy implements AutoCloseable {

  private static final int BACKLOG = 512;
  private static final int BUFFER = 16 << 10;
  private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

  private final URI server;
  private final Duration latency;
  private final ServerSocket socket;
  private final AtomicLong requests = new AtomicLong();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "latency-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts.
   *
   * @param latency added to each request
   */
  LatencyProxy(URI server, Duration latency) throws IOException {
    this.server = server;
    this.latency = latency;
    this.socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** {@code http://127.0.0.1:<port>}. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** How many it has passed on. */
  long requests() {
    return requests.get();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      threads.execute(() -> passAnswersOn(upstream, client));
      passRequestsOn(client.getInputStream(), upstream.getOutputStream());
    } catch (IOException e) {
      // One of the two went away, and so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void passRequestsOn(InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    int lastFour = 0;
    int read;
    while ((read = in.read(buffer)) >= 0) {
      int from = 0;
      for (int i = 0; i < read; i++) {
        lastFour = lastFour << 8 | buffer[i];
        if (lastFour == HEAD_END) {
          requests.incrementAndGet();
          Thread.sleep(latency.toMillis());
          out.write(buffer, from, i + 1 - from);
          from = i + 1;
        }
      }
      out.write(buffer, from, read - from);
    }
  }

  private static void passAnswersOn(Socket upstream, Socket client) {
    try (client) {
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // As above.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
