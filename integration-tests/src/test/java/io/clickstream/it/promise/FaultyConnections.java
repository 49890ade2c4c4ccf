package io.clickstream.it.promise;

import io.clickstream.testing.Eventually;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A proxy between the job and PostgreSQL that breaks a connection once, at a chosen message of the
 * job. Of the protocol it parses only where messages begin and end.
 */
final class FaultyConnections implements AutoCloseable {

  /** The fault at the chosen message. */
  enum Fault {
    /** The message never arrives. */
    LOSE_MESSAGE,
    /** The message is executed, but the response is lost. */
    LOSE_ANSWER,
    /** The server ends all connections just before the message arrives. */
    END_BACKENDS
  }

  /** Chooses the message. */
  interface Aim {
    boolean hits(Message message);
  }

  /**
   * A message of the job's.
   *
   * @param number from 1, over all connections
   * @param type its first byte
   * @param commitsSlice whether it commits a transaction that has written the ledger
   */
  record Message(long number, char type, boolean commitsSlice) {}

  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;

  /** Messages that the server answers at once; it answers others with one of these. */
  private static final String ANSWERED_AT_ONCE = "QSHcf";

  private final String host;
  private final int port;
  private final EndBackends endBackends;
  private final ServerSocket listener;

  private long messages;
  private Fault fault;
  private Aim aim;
  private boolean struck;

  /** Ends the server's side of all connections. */
  interface EndBackends {
    void end() throws IOException;
  }

  FaultyConnections(int port, EndBackends endBackends) throws IOException {
    this.host = "127.0.0.1";
    this.port = port;
    this.endBackends = endBackends;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName(host));
    start("accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Applies the fault to the next message that the aim chooses, and resets the count. */
  synchronized void arm(Fault next, Aim at) {
    messages = 0;
    fault = next;
    aim = at;
  }

  /** Returns the number of messages since the fault was set. */
  synchronized long messages() {
    return messages;
  }

  /** Removes the fault. Returns true if it has occurred, which it does at most once. */
  synchronized boolean disarm() {
    boolean hasStruck = struck;
    fault = null;
    struck = false;
    return hasStruck;
  }

  private synchronized Optional<Fault> faultAt(char type, boolean commitsSlice) {
    messages++;
    if (fault == null || !aim.hits(new Message(messages, type, commitsSlice))) {
      return Optional.empty();
    }
    Fault striking = fault;
    fault = null;
    struck = true;
    return Optional.of(striking);
  }

  private void accept() throws IOException {
    while (true) {
      Socket job = listener.accept();
      start("job", new Relay(job)::fromJob);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** The work of a thread that ends with its sockets. */
  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (SocketException | EOFException e) {
                // The connection was closed, by a peer or by this class.
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            },
            "faulty-connection-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** One connection. */
  private final class Relay {

    private final Socket job;
    private final Socket server;
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean deaf;
    private boolean wroteLedger;

    Relay(Socket job) throws IOException {
      this.job = job;
      this.server = new Socket(host, port);
      job.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void fromJob() throws IOException {
      try (job;
          server) {
        DataInputStream in = new DataInputStream(job.getInputStream());
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        relayStart(in, out);
        start("server", this::fromServer);
        while (relayMessage(in, out)) {
          // On to the next.
        }
      }
    }

    /** Declines encryption in the server's place, so that messages can be read. */
    private void relayStart(DataInputStream in, DataOutputStream out) throws IOException {
      while (true) {
        byte[] packet = new byte[in.readInt() - Integer.BYTES];
        in.readFully(packet);
        int code = java.nio.ByteBuffer.wrap(packet).getInt();
        if (code == SSL_REQUEST || code == GSS_REQUEST) {
          job.getOutputStream().write('N');
        } else {
          write(out, null, packet);
          return;
        }
      }
    }

    /** Passes a message on; returns false after the last one. */
    private boolean relayMessage(DataInputStream in, DataOutputStream out) throws IOException {
      byte type = in.readByte();
      byte[] body = new byte[in.readInt() - Integer.BYTES];
      in.readFully(body);
      Optional<Fault> striking = faultAt((char) type, commitsSlice(type, body));
      if (striking.isEmpty()) {
        write(out, type, body);
        return true;
      }
      switch (striking.get()) {
        case LOSE_MESSAGE -> {}
        case LOSE_ANSWER -> {
          deaf = true;
          write(out, type, body);
          while (ANSWERED_AT_ONCE.indexOf(type) < 0) {
            type = in.readByte();
            body = new byte[in.readInt() - Integer.BYTES];
            in.readFully(body);
            write(out, type, body);
          }
          awaitAnswer();
        }
        case END_BACKENDS -> {
          endBackends.end();
          write(out, type, body);
          return true;
        }
      }
      return false;
    }

    private boolean commitsSlice(byte type, byte[] body) {
      if (type != 'P' && type != 'Q') {
        return false;
      }
      String text = new String(body, StandardCharsets.UTF_8);
      wroteLedger |= text.contains("INSERT INTO etl_runs");
      return wroteLedger && text.contains("COMMIT");
    }

    private void awaitAnswer() throws IOException {
      try {
        if (!answered.await(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException("the server did not answer within " + Eventually.LIMIT);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    private void fromServer() throws IOException {
      try (job;
          server) {
        InputStream in = server.getInputStream();
        OutputStream out = job.getOutputStream();
        byte[] buffer = new byte[64 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (deaf) {
            answered.countDown();
          } else {
            out.write(buffer, 0, read);
          }
        }
        answered.countDown();
      }
    }

    private static void write(DataOutputStream out, Byte type, byte[] body) throws IOException {
      java.nio.ByteBuffer message =
          java.nio.ByteBuffer.allocate((type == null ? 0 : 1) + Integer.BYTES + body.length);
      if (type != null) {
        message.put(type);
      }
      message.putInt(Integer.BYTES + body.length).put(body);
      out.write(message.array());
      out.flush();
    }
  }
}
