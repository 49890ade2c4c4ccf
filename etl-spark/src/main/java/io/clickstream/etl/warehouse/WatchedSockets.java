package io.clickstream.etl.warehouse;

import static java.util.stream.Collectors.groupingBy;

import io.clickstream.event.ErrorMessage;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the sockets of connections to the warehouse. A connection fails about a minute after the
 * server's host has vanished without a word. Without that, Linux sends unacknowledged bytes again
 * for a quarter of an hour, and waits two hours for the response to others.
 *
 * <p>A limit for responses would be wrong, because a merge or a refresh of marts may take hours.
 * Java cannot set the kernel's limit for acknowledgments (TCP_USER_TIMEOUT). So a thread does what
 * the kernel would do:
 *
 * <ol>
 *   <li>Find sockets whose read or write has waited for the limit.
 *   <li>Try to connect to the same address, up to {@link #ATTEMPTS} times, for a third of the limit
 *       each. A host that accepts or refuses the connection is there, however long its statements
 *       take.
 *   <li>Close the sockets if the host does neither.
 * </ol>
 *
 * <p>Keep-alive probes find a host that is there, but has forgotten the connection.
 */
public final class WatchedSockets extends SocketFactory {

  /** The time for which a read or write waits before the host is tried. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(WatchedSockets.class);
  private static final int ATTEMPTS = 3;
  private static final int LOOK_MS = 1_000;
  private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 60,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 6);

  private static final Set<WatchedSocket> OPEN = ConcurrentHashMap.newKeySet();

  static {
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            run -> {
              Thread thread = new Thread(run, "clickstream-warehouse-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.scheduleWithFixedDelay(WatchedSockets::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  private final Duration limit;

  /**
   * Creates a factory; the driver calls this by reflection.
   *
   * @param limit the time for which a read or write waits before the host is tried, as in ISO 8601
   */
  public WatchedSockets(String limit) {
    this.limit = Duration.parse(limit);
  }

  private static void look() {
    try {
      closeSilent();
    } catch (RuntimeException e) {
      // The schedule would end with it.
      LOG.warn("Cannot watch the connections to the warehouse: {}", ErrorMessage.of(e));
    }
  }

  private static void closeSilent() {
    Map<SocketAddress, List<WatchedSocket>> waiting =
        OPEN.stream()
            .filter(WatchedSocket::isOverdue)
            .collect(groupingBy(Socket::getRemoteSocketAddress));
    waiting.forEach(
        (address, sockets) -> {
          if (answers(address, sockets.get(0).limit)) {
            sockets.forEach(WatchedSocket::answered);
          } else {
            sockets.forEach(WatchedSocket::giveUp);
          }
        });
  }

  private static boolean answers(SocketAddress address, Duration limit) {
    int attemptMs = (int) limit.dividedBy(ATTEMPTS).toMillis();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Socket probe = new Socket()) {
        probe.connect(address, attemptMs);
        return true;
      } catch (ConnectException e) {
        // Linux also reports its own end of waiting by this class.
        if (!String.valueOf(e.getMessage()).contains("timed out")) {
          return true;
        }
      } catch (IOException e) {
        // No response, or no route to the host.
      }
    }
    return false;
  }

  @Override
  public Socket createSocket() throws IOException {
    WatchedSocket socket = new WatchedSocket(limit);
    for (Map.Entry<SocketOption<Integer>, Integer> option : KEEP_ALIVE.entrySet()) {
      if (socket.supportedOptions().contains(option.getKey())) {
        socket.setOption(option.getKey(), option.getValue());
      }
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new UnsupportedOperationException("The driver connects its sockets by itself.");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket(host.getHostAddress(), port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  /** A read or write that may be in progress. */
  private static final class Operation {

    @FunctionalInterface
    private interface Step<T> {
      T run() throws IOException;
    }

    private volatile boolean isRunning;
    private volatile long startedAt;

    <T> T run(WatchedSocket socket, Step<T> step) throws IOException {
      startedAt = System.nanoTime();
      isRunning = true;
      try {
        return step.run();
      } catch (SocketException e) {
        throw socket.isGivenUp ? socket.silence(e) : e;
      } finally {
        isRunning = false;
      }
    }

    boolean hasWaited(long sinceNanos, long limitNanos) {
      long now = System.nanoTime();
      return isRunning && now - startedAt >= limitNanos && now - sinceNanos >= limitNanos;
    }
  }

  private static final class WatchedSocket extends Socket {

    private final Duration limit;
    private final Operation read = new Operation();
    private final Operation write = new Operation();
    private volatile long answeredAt = System.nanoTime();
    private volatile boolean isGivenUp;

    WatchedSocket(Duration limit) {
      this.limit = limit;
    }

    boolean isOverdue() {
      return isConnected()
          && (read.hasWaited(answeredAt, limit.toNanos())
              || write.hasWaited(answeredAt, limit.toNanos()));
    }

    void answered() {
      answeredAt = System.nanoTime();
    }

    /** Ends the waiting operations. A socket below TLS closes at once; that of TLS may wait. */
    void giveUp() {
      isGivenUp = true;
      try {
        close();
      } catch (IOException e) {
        // It is of no use any more.
      }
    }

    SocketException silence(SocketException cause) {
      SocketException silence =
          new SocketException(
              "the host %s does not answer any more".formatted(getRemoteSocketAddress()));
      silence.initCause(cause);
      return silence;
    }

    @Override
    public void close() throws IOException {
      OPEN.remove(this);
      super.close();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      InputStream plain = super.getInputStream();
      OPEN.add(this);
      return new FilterInputStream(plain) {
        @Override
        public int read() throws IOException {
          return read.run(WatchedSocket.this, in::read);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          return read.run(WatchedSocket.this, () -> in.read(bytes, offset, length));
        }
      };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(int one) throws IOException {
          write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          write.run(
              WatchedSocket.this,
              () -> {
                out.write(bytes, offset, length);
                return null;
              });
        }
      };
    }
  }
}
