package io.clickstream.it.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Requests that are all sent before the first response is read. Each has a connection of its own;
 * one thread serves all.
 */
final class ConcurrentRequests {

  private static final int MAX_RESPONSE_BYTES = 4 << 10;

  private final int port;

  ConcurrentRequests(int port) {
    this.port = port;
  }

  /**
   * Posts bodies.
   *
   * @return the status of the response by body; 0 when the connection broke
   */
  Map<String, Integer> post(List<String> bodies) throws IOException {
    Map<String, Integer> statuses = new HashMap<>();
    try (Selector selector = Selector.open()) {
      List<SocketChannel> connections = new ArrayList<>();
      for (int i = 0; i < bodies.size(); i++) {
        connections.add(
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }
      for (int i = 0; i < bodies.size(); i++) {
        SocketChannel connection = connections.get(i);
        connection.write(ByteBuffer.wrap(request(bodies.get(i))));
        connection.configureBlocking(false);
        connection.register(selector, SelectionKey.OP_READ, new Response(bodies.get(i)));
      }
      while (statuses.size() < bodies.size()) {
        selector.select();
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          Response response = (Response) key.attachment();
          if (response.readToEnd((SocketChannel) key.channel())) {
            statuses.put(response.body, response.status());
            key.channel().close();
          }
        }
      }
    }
    return statuses;
  }

  private static byte[] request(String body) {
    return ("POST /clickstream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The part of a response that has arrived. */
  private static final class Response {

    private final String body;
    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_RESPONSE_BYTES);

    Response(String body) {
      this.body = body;
    }

    boolean readToEnd(SocketChannel connection) {
      try {
        return connection.read(bytes) < 0;
      } catch (IOException e) {
        return true;
      }
    }

    /** Returns the second word of the status line; 0 when there is none. */
    int status() {
      String[] words =
          new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).split(" ", 3);
      return words.length < 3 ? 0 : Integer.parseInt(words[1]);
    }
  }
}
