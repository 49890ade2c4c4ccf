package io.clickstream.local.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The server side of one process's HTTP/1.1 connection to the Runtime API. A process sends one
 * request at a time, so one thread reads and writes, and notices at once when the process ends.
 */
final class RuntimeApiConnection implements Closeable {

  /**
   * A request.
   *
   * @param method the HTTP method
   * @param path the path as sent, with the query
   * @param body the body, or an empty array
   */
  record Request(String method, String path, byte[] body) {}

  private static final int MAX_LINE_BYTES = 64 << 10;
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final String secret;
  private final Socket socket;
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  /** The first request, when {@link #isOfProcess} has read it. */
  private Optional<Request> first = Optional.empty();

  /**
   * Creates the server side of a connection.
   *
   * @param secret the start of the paths that the process sends; no other request is read
   */
  RuntimeApiConnection(SocketChannel channel, String secret) throws IOException {
    this.secret = secret;
    this.channel = channel;
    this.socket = channel.socket();
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Returns whether a first request arrives in time and has the secret. */
  boolean isOfProcess(Duration timeout) {
    try {
      first = read(timeout);
      return first.isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits for the next request.
   *
   * @return the request, whose path lacks the secret; empty when the process closed the connection
   * @throws java.net.SocketTimeoutException when no request arrives in time
   * @throws ProtocolException when the request is not the process's
   */
  Optional<Request> read(Duration timeout) throws IOException {
    if (first.isPresent()) {
      Optional<Request> request = first;
      first = Optional.empty();
      return request;
    }
    socket.setSoTimeout(Math.max(1, (int) timeout.toMillis()));
    String requestLine = line();
    if (requestLine == null) {
      return Optional.empty();
    }
    String[] parts = requestLine.split(" ");
    if (parts.length != 3) {
      throw new ProtocolException("Cannot read a request: its first line is not a request line.");
    }
    if (!parts[1].startsWith(secret)) {
      throw new ProtocolException("Cannot read a request: it lacks the secret of the process.");
    }
    return Optional.of(new Request(parts[0], parts[1].substring(secret.length()), body(headers())));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write(CONTINUE);
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks();
    }
    return exactly(length(headers.getOrDefault("content-length", "0"), 10));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = line();
      if (size == null) {
        throw new EOFException();
      }
      int length = length(size.split(";")[0].strip(), 16);
      if (length == 0) {
        headers();
        return body.toByteArray();
      }
      if (body.size() + length > MAX_BODY_BYTES) {
        throw new ProtocolException(
            "Cannot read a body: it has more than " + MAX_BODY_BYTES + " bytes.");
      }
      body.write(exactly(length));
      line();
    }
  }

  private static int length(String text, int radix) throws ProtocolException {
    try {
      int length = Integer.parseInt(text, radix);
      if (length >= 0 && length <= MAX_BODY_BYTES) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw new ProtocolException("Cannot read a body: its length is " + text + ".");
    }
    throw new ProtocolException("Cannot read a body: its length is " + text + ".");
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** Reads a line without its end; null at the end of the stream. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        if (line.length() == 0) {
          return null;
        }
        throw new EOFException();
      }
      line.append((char) c);
      if (line.length() > MAX_LINE_BYTES) {
        throw new ProtocolException(
            "Cannot read a line: it has more than " + MAX_LINE_BYTES + " bytes.");
      }
    }
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      line.setLength(length - 1);
    }
    return line.toString();
  }

  /** Returns true when the process, which waits for a response, has closed the connection. */
  boolean isClosedByPeer() {
    try {
      channel.configureBlocking(false);
      try {
        return channel.read(ByteBuffer.allocate(1)) != 0;
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException e) {
      return true;
    }
  }

  /** Sends a response in one write: a second write would wait for an acknowledgement. */
  void write(String status, Map<String, String> headers, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] response = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, response, 0, headBytes.length);
    System.arraycopy(body, 0, response, headBytes.length, body.length);
    try {
      out.write(response);
    } catch (SocketException e) {
      throw new EOFException("Cannot write a response: the process ended.");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
