package io.clickstream.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy that fails chosen requests to an S3 server as S3 and networks do. It serves one request
 * per connection. It passes a request on unchanged, because the signature covers it.
 */
public final class FaultProxy extends LoopbackProxy {

  /** The operation that a request asks for. */
  public enum Kind {
    /** A read of an object. */
    OBJECT,
    LISTING,
    /** A PUT of an object, or a POST, which deletes objects. */
    WRITE
  }

  /**
   * A request to the S3 server.
   *
   * @param target the query of a listing, or the path of an object or a bucket
   * @param attempt the number of this request among those of the same target, from 1
   */
  public record Request(Kind kind, String target, int attempt) {}

  /** Chooses the requests that fail. */
  @FunctionalInterface
  public interface Plan {
    /** Returns the fault of a request; none passes the request on. */
    Optional<Fault> of(Request request);
  }

  /** The way in which a request fails. */
  public enum Fault {
    SLOW_DOWN("503 Slow Down", "SlowDown"),
    INTERNAL_ERROR("500 Internal Server Error", "InternalError"),
    TOO_MANY_REQUESTS("429 Too Many Requests", "TooManyRequests"),
    FORBIDDEN("403 Forbidden", "AccessDenied"),
    GONE("404 Not Found", "NoSuchKey"),
    /** The connection breaks before the response. */
    RESET,
    /** The connection breaks in the middle of the body. */
    RESET_IN_BODY,
    /** The connection is closed normally, one byte before the announced length. */
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

    private byte[] response() {
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

  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final Set<String> readers = ConcurrentHashMap.newKeySet();
  private volatile Plan plan = request -> Optional.empty();

  /** Starts a proxy that passes every request on. */
  public FaultProxy(URI server) {
    super(server);
    start();
  }

  /** Follows a new plan and resets the counts. */
  public void follow(Plan newPlan) {
    synchronized (counts) {
      counts.clear();
    }
    attempts.clear();
    readers.clear();
    plan = newPlan;
  }

  /** Returns the number of requests that failed, by fault. */
  public Map<Fault, Integer> counts() {
    synchronized (counts) {
      return new EnumMap<>(counts);
    }
  }

  /** Returns the user agents of GETs of objects. */
  public Set<String> readers() {
    return Set.copyOf(readers);
  }

  @Override
  void serve(Socket client) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    String head = readHead(in);
    if (head.isEmpty()) {
      return;
    }
    String[] words = head.split(" ", 3);
    Request request = request(words[0], words[1]);
    Matcher agent = USER_AGENT.matcher(head);
    if (request.kind() == Kind.OBJECT && head.startsWith("GET ") && agent.find()) {
      readers.add(agent.group(1));
    }
    Optional<Fault> fault = plan.of(request);
    if (fault.isEmpty()) {
      try (Socket upstream = send(head)) {
        if (request.kind() == Kind.WRITE) {
          copyRequest(in, upstream);
        }
        upstream.getInputStream().transferTo(client.getOutputStream());
      }
    } else {
      synchronized (counts) {
        counts.merge(fault.get(), 1, Integer::sum);
      }
      fail(client, head, fault.get());
    }
  }

  private Request request(String method, String target) {
    Kind kind = target.contains("list-type=") ? Kind.LISTING : Kind.OBJECT;
    if (method.equals("PUT") || method.equals("POST")) {
      kind = Kind.WRITE;
    }
    String plain =
        kind != Kind.LISTING
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
      default -> out.write(fault.response());
    }
  }

  /** Closes the connection with RST, which a linger time of 0 does. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private void sendPart(String head, OutputStream out, IntUnaryOperator part) throws IOException {
    try (Socket upstream = send(head)) {
      InputStream in = new BufferedInputStream(upstream.getInputStream());
      String responseHead = readHead(in);
      byte[] body = in.readAllBytes();
      out.write(responseHead.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body, 0, part.applyAsInt(body.length));
      out.flush();
    }
  }

  /** Sends the same request to the server, on a connection that ends with the response. */
  private Socket send(String head) throws IOException {
    Socket upstream = connect();
    String once =
        head.replaceFirst("(?i)\r\nConnection: [^\r]*", "")
            .replaceFirst("\r\n", "\r\nConnection: close\r\n");
    upstream.getOutputStream().write(once.getBytes(StandardCharsets.ISO_8859_1));
    return upstream;
  }
}
