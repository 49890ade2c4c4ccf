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
 * Requests that are all under way before the first answer is read: each on a connection of its own,
 * all by one thread.
 */
final class ManyRequests {

  private static final int LONGEST_ANSWER = 4 << 10;

  private final int port;

  ManyRequests(int port) {
    this.port = port;
  }

  /**
   * Posts bodies.
   *
   * @return the status of each one's answer; 0 where the connection broke
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
        connection.register(selector, SelectionKey.OP_READ, new Answer(bodies.get(i)));
      }
      while (statuses.size() < bodies.size()) {
        selector.select();
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          Answer answer = (Answer) key.attachment();
          if (answer.readsToItsEnd((SocketChannel) key.channel())) {
            statuses.put(answer.body, answer.status());
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

  /** What came so far for a body. */
  private static final class Answer {

    private final String body;
    private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST_ANSWER);

    Answer(String body) {
      this.body = body;
    }

    boolean readsToItsEnd(SocketChannel connection) {
      try {
        return connection.read(bytes) < 0;
      } catch (IOException e) {
        return true;
      }
    }

    /** The second word of the first line. */
    int status() {
      String[] words =
          new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).split(" ", 3);
      return words.length < 3 ? 0 : Integer.parseInt(words[1]);
    }
  }
}
