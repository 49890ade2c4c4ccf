package io.clickstream.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An HTTP proxy on a free loopback port for a server on loopback. Subclasses serve the requests of
 * a connection. The proxy serves requests without a body only, as readers send them.
 */
abstract class LoopbackProxy implements AutoCloseable {

  private static final int BACKLOG = 512;
  private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

  private final URI server;
  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, getClass().getSimpleName());
            thread.setDaemon(true);
            return thread;
          });

  LoopbackProxy(URI server) {
    this.server = server;
    try {
      socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins to accept connections; a subclass calls it when it is ready to serve them. */
  final void start() {
    threads.execute(this::accept);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> serveAndClose(client));
      } catch (IOException e) {
        return; // The proxy is closed.
      }
    }
  }

  private void serveAndClose(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      serve(client);
    } catch (IOException e) {
      // The client or the server has closed its connection, so this one ends, too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Serves the requests of one connection until it ends. */
  abstract void serve(Socket client) throws IOException, InterruptedException;

  /** Opens a connection to the server. */
  final Socket connect() throws IOException {
    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    upstream.setTcpNoDelay(true);
    return upstream;
  }

  /** Copies responses to the client in a thread of its own until the server ends the connection. */
  final Future<?> copyResponses(Socket upstream, Socket client) {
    return threads.submit(
        () -> {
          try (client) {
            upstream.getInputStream().transferTo(client.getOutputStream());
          } catch (IOException e) {
            // The client or the server has closed its connection.
          }
        });
  }

  /** Copies the rest of a request to the server in a thread of its own. */
  final void copyRequest(InputStream rest, Socket upstream) {
    threads.execute(
        () -> {
          try {
            rest.transferTo(upstream.getOutputStream());
          } catch (IOException e) {
            // The client or the server has closed its connection.
          }
        });
  }

  /**
   * Reads a request's or a response's head, with the empty line that ends it.
   *
   * @return the head, or an empty text when the connection has ended
   */
  static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(1_024);
    int lastFour = 0;
    while (lastFour != HEAD_END) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      lastFour = lastFour << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public final URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  @Override
  public final void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
