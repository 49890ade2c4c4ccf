package io.clickstream.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server of Kinesis's protocol on loopback (kinesalite), in a process of Node.js that ends with
 * this JVM. A process that ends earlier is replaced, on the same port and with the same records.
 *
 * <p>It answers requests with one access key id only, which is a secret. Only this user may read
 * the folder of the records.
 */
public final class KinesisServer implements AutoCloseable {

  private static final int RESTART_MILLIS = 200;
  private static final int INSTALLATION_MINUTES = 10;

  private final Path home;
  private final Path records;
  private final Path log;
  private final String accessKey;
  private final Thread supervisor;
  private volatile Process process;
  private volatile boolean closed;
  private int port;

  /**
   * Starts a server. At its first start on a machine, npm downloads its packages.
   *
   * @param folder the folder for the records and the log; created if missing
   * @param accessKey the access key id that requests must have
   * @throws IOException if the server does not start
   */
  public KinesisServer(Home home, Path folder, String accessKey) throws IOException {
    this.home = home.folder();
    Path absolute = PrivateFiles.folder(folder.toAbsolutePath().normalize());
    this.records = absolute.resolve("records");
    this.log = absolute.resolve("kinesis.log");
    this.accessKey = accessKey;
    install();
    process = start();
    port = readPort(process).orElseThrow(this::notStarted);
    supervisor = new Thread(this::supervise, "kinesis");
    supervisor.setDaemon(true);
    supervisor.start();
  }

  private void install() throws IOException {
    Process installation =
        new ProcessBuilder(home.resolve(".ci/stream-packages").toString()).inheritIO().start();
    try {
      if (!installation.waitFor(INSTALLATION_MINUTES, TimeUnit.MINUTES)) {
        installation.destroyForcibly();
        throw new IOException(
            "Cannot install the Kinesis server: npm has not ended after "
                + INSTALLATION_MINUTES
                + " minutes. Check the connection to the registry.");
      }
    } catch (InterruptedException e) {
      installation.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("Cannot install the Kinesis server: interrupted.", e);
    }
    if (installation.exitValue() != 0) {
      throw new IOException("Cannot install the Kinesis server: npm failed. Read the lines above.");
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                home.resolve(".ci/node").toString(),
                "node",
                home.resolve("local-stack/stream-server/server.mjs").toString())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "STREAM_SERVER_KEY", accessKey,
                "STREAM_SERVER_PORT", Integer.toString(port),
                "STREAM_SERVER_PATH", records.toString()));
    return builder.start();
  }

  private static Optional<Integer> readPort(Process started) throws IOException {
    BufferedReader out = started.inputReader();
    String line = out.readLine();
    return Optional.ofNullable(line).map(String::strip).map(Integer::valueOf);
  }

  private IOException notStarted() {
    return new IOException("Cannot start the Kinesis server: it ended. Read " + log + ".");
  }

  /** Replaces a process that has ended. */
  private void supervise() {
    while (!closed) {
      try {
        process.waitFor();
        if (closed) {
          return;
        }
        Thread.sleep(RESTART_MILLIS);
        Process next = start();
        process = next;
        if (closed) {
          next.destroyForcibly();
          return;
        }
        readPort(next);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | NumberFormatException e) {
        System.err.println(
            "clickstream: Cannot restart the Kinesis server: "
                + e.getMessage()
                + ". It is tried again.");
      }
    }
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns the process that serves now. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    closed = true;
    process.destroyForcibly();
    try {
      process.waitFor(RESTART_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    supervisor.interrupt();
  }
}
