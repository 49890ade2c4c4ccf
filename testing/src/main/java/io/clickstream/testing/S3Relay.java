package io.clickstream.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands before an S3 server and sees connections and requests as they are. Keeps connections; only
 * requests without a body pass.
 */
public final class S3Relay implements AutoCloseable {

  private final URI server;
  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "s3-relay");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile Function<String, Optional<String>> answers = head -> Optional.empty();

  public S3Relay(URI server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Forgets what it saw. */
  public void reset() {
    answers = head -> Optional.empty();
    connections.set(0);
    requests.clear();
  }

  /** Answers some requests itself, by their heads; by an empty text it breaks the connection. */
  public void answer(Function<String, Optional<String>> some) {
    answers = some;
  }

  public int connections() {
    return connections.get();
  }

  /** The heads of requests for objects, in lower case but for the first line. */
  public List<String> gets() {
    return requests.stream()
        .filter(head -> head.startsWith("GET ") && !head.contains("list-type="))
        .toList();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        connections.incrementAndGet();
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
      threads.execute(() -> pass(upstream, client));
      InputStream in = client.getInputStream();
      OutputStream out = upstream.getOutputStream();
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        int firstLine = head.indexOf("\r\n");
        String seen = head.substring(0, firstLine) + head.substring(firstLine).toLowerCase();
        requests.add(seen);
        Optional<String> answer = answers.apply(seen);
        if (answer.isPresent() && answer.get().isEmpty()) {
          return;
        }
        if (answer.isPresent()) {
          client.getOutputStream().write(answer.get().getBytes(StandardCharsets.US_ASCII));
        } else {
          out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      // The client went away: its affair.
    }
  }

  private static void pass(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Either side went away.
    }
  }

  /** Up to and with the empty line; nothing when the connection ended. */
  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(1_024);
    int last = 0;
    while (last != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      last = last << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
