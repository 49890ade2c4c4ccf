package io.clickstream.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP proxy on a free loopback port whose host can vanish: it then sends no byte and no end of a
 * connection, and no new connection is made. Linux drops the first packet of a connection for which
 * a server has no room.
 */
public final class SilentProxy implements AutoCloseable {

  /** More connections than a busy machine leaves waiting for the proxy. */
  private static final int BACKLOG = 64;

  private static final int CONNECT_MS = 500;

  private final int serverPort;
  private final ServerSocket socket;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "SilentProxy");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean hasVanished;

  /** Starts a proxy for a server on loopback. */
  public SilentProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Returns the port. */
  public int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (!hasVanished) {
        Socket client = socket.accept();
        sockets.add(client);
        if (!hasVanished) {
          Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
          sockets.add(server);
          threads.execute(() -> copy(client, server));
          threads.execute(() -> copy(server, client));
        }
      }
    } catch (IOException e) {
      // The proxy is closed.
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8_192];
      int length = in.read(bytes);
      while (length >= 0 && !hasVanished) {
        out.write(bytes, 0, length);
        length = in.read(bytes);
      }
    } catch (IOException e) {
      // One side has closed its connection.
    }
    if (!hasVanished) {
      close(from);
      close(to);
    }
  }

  /** Lets the host vanish. Returns when no connection can be made any more. */
  public void vanish() throws IOException {
    hasVanished = true;
    while (true) {
      Socket waiting = new Socket();
      sockets.add(waiting);
      try {
        waiting.connect(new InetSocketAddress(socket.getInetAddress(), port()), CONNECT_MS);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  /** Lets the host come back. It resets connections of the time before, as after a reboot. */
  public void comeBack() {
    sockets.forEach(SilentProxy::close);
    sockets.clear();
    hasVanished = false;
    threads.execute(this::accept);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed anyway.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    sockets.forEach(SilentProxy::close);
    threads.shutdownNow();
  }
}
