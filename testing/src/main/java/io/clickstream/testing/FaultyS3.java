package io.clickstream.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy in front of an S3 server that fails chosen requests in the ways of S3 and of
 * networks. One request a connection, each passed on as it came: its signature covers it.
 */
public final class FaultyS3 implements AutoCloseable {

  /** What a request is for. */
  public enum Kind {
    OBJECT,
    LISTING
  }

  /**
   * A request.
   *
   * @param target of a listing its query, of an object its path
   * @param attempt counts the requests of that target from 1
   */
  public record Request(Kind kind, String target, int attempt) {}

  /** Tells which requests fail, and how. */
  @FunctionalInterface
  public interface Plan {
    Optional<Fault> of(Request request);
  }

  /** How a request fails. */
  public enum Fault {
    SLOW_DOWN("503 Slow Down", "SlowDown"),
    INTERNAL_ERROR("500 Internal Server Error", "InternalError"),
    TOO_MANY_REQUESTS("429 Too Many Requests", "TooManyRequests"),
    FORBIDDEN("403 Forbidden", "AccessDenied"),
    GONE("404 Not Found", "NoSuchKey"),
    /** The connection breaks before an answer. */
    RESET,
    /** The connection breaks in the middle of the body. */
    RESET_IN_BODY,
    /** The connection ends in good order, but one byte before the announced length. */
    TRUNCATED;

    private final String status;
    private final String code;

    Fault() {
      this(null, null);
    }

    Fault(String status, String code) {
      this.status = status;
      this.code = code;
    }

    private byte[] answer() {
      String body =
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <Error><Code>%s</Code><Message>made up by a test</Message><RequestId>0</RequestId></Error>"""
              .formatted(code);
      return """
          HTTP/1.1 %s\r
          Content-Type: application/xml\r
          Content-Length: %d\r
          Connection: close\r
          \r
          %s"""
          .formatted(status, body.length(), body)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final Pattern USER_AGENT = Pattern.compile("(?i)\r\nUser-Agent: ([^\r]*)");
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  private final URI server;
  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "faulty-s3");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final Set<String> readers = ConcurrentHashMap.newKeySet();
  private volatile Plan plan = request -> Optional.empty();

  /** A proxy that passes on everything as yet. */
  public FaultyS3(URI server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Fails requests by a new plan, and counts anew. */
  public void follow(Plan newPlan) {
    synchronized (counts) {
      counts.clear();
    }
    attempts.clear();
    readers.clear();
    plan = newPlan;
  }

  /** How many requests failed in which way. */
  public Map<Fault, Integer> counts() {
    synchronized (counts) {
      return new EnumMap<>(counts);
    }
  }

  /** As whom objects were asked for. */
  public Set<String> readers() {
    return Set.copyOf(readers);
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
    try (client) {
      byte[] head = readHead(client.getInputStream());
      if (head.length == 0) {
        return;
      }
      String text = new String(head, StandardCharsets.ISO_8859_1);
      Request request = request(text.split(" ", 3)[1]);
      Matcher agent = USER_AGENT.matcher(text);
      if (request.kind() == Kind.OBJECT && text.startsWith("GET ") && agent.find()) {
        readers.add(agent.group(1));
      }
      Optional<Fault> fault = plan.of(request);
      if (fault.isEmpty()) {
        try (Socket upstream = upstream(text)) {
          upstream.getInputStream().transferTo(client.getOutputStream());
        }
      } else {
        synchronized (counts) {
          counts.merge(fault.get(), 1, Integer::sum);
        }
        fail(client, text, fault.get());
      }
    } catch (IOException e) {
      // The client went away: its affair.
    }
  }

  private Request request(String target) {
    Kind kind = target.contains("list-type=") ? Kind.LISTING : Kind.OBJECT;
    String plain =
        kind == Kind.OBJECT
            ? target.replaceFirst("\\?.*", "")
            : URLDecoder.decode(target, StandardCharsets.UTF_8);
    int attempt = attempts.computeIfAbsent(plain, key -> new AtomicInteger()).incrementAndGet();
    return new Request(kind, plain, attempt);
  }

  private void fail(Socket client, String head, Fault fault) throws IOException {
    OutputStream out = client.getOutputStream();
    switch (fault) {
      case RESET -> reset(client);
      case RESET_IN_BODY -> {
        sendPart(head, out, length -> length / 2);
        reset(client);
      }
      case TRUNCATED -> sendPart(head, out, length -> Math.max(0, length - 1));
      default -> out.write(fault.answer());
    }
  }

  /** With no time to linger, closing sends RST. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private void sendPart(String head, OutputStream out, IntUnaryOperator part) throws IOException {
    try (Socket upstream = upstream(head)) {
      byte[] answerHead = readHead(upstream.getInputStream());
      byte[] body = upstream.getInputStream().readAllBytes();
      out.write(answerHead);
      out.write(body, 0, part.applyAsInt(body.length));
      out.flush();
    }
  }

  /** The server's answer, to the same request on a connection of its own. */
  private Socket upstream(String head) throws IOException {
    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    String once =
        head.replaceFirst("(?i)\r\nConnection: [^\r]*", "")
            .replaceFirst("\r\n", "\r\nConnection: close\r\n");
    upstream.getOutputStream().write(once.getBytes(StandardCharsets.ISO_8859_1));
    return upstream;
  }

  /** Up to and with the empty line; nothing when the connection ended. */
  private static byte[] readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(1_024);
    int matched = 0;
    while (matched < HEAD_END.length) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      head.write(next);
      matched = next == HEAD_END[matched] ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
