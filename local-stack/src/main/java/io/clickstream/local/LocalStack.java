package io.clickstream.local;

import io.clickstream.event.ErrorMessage;
import io.clickstream.event.RawKey;
import io.clickstream.local.gateway.HttpApi;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.local.stream.EventSourceMapping;
import io.clickstream.local.stream.KinesisClient;
import io.clickstream.local.stream.MappingSettings;
import io.clickstream.servers.Home;
import io.clickstream.servers.KinesisServer;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.PrivateFiles;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.S3Server;
import io.clickstream.servers.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * The platform on one machine: S3 over HTTP, PostgreSQL, and the HTTP API in front of the ingest
 * Lambda in AWS's own runtime client, with a stream and its writer in front of S3 if wanted. The
 * parts start in parallel and stop in reverse order. A {@link ProcessReaper} stops them when this
 * process is killed.
 */
public final class LocalStack implements AutoCloseable {

  /** The function's setting that names the origins of pages that may send events. */
  static final String ORIGINS = "ALLOWED_ORIGINS";

  /** The origins of this machine, on any port. */
  static final String LOOPBACK_ORIGINS =
      "http://localhost:*,http://127.0.0.1:*,http://[::1]:*,https://localhost:*";

  /** The bucket of the raw objects. */
  public static final String BUCKET = "clickstream-s3-ingest";

  /** The name of the warehouse's database. */
  public static final String DATABASE = "clickstream_dw";

  /** The name of the stream in front of S3. */
  static final String STREAM = "clickstream-stream-events";

  private static final Duration LAMBDA_START = Duration.ofMinutes(5);
  private static final int LAMBDA_QUEUE = 1_000;

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private S3Server s3;
  private PostgresServer postgres;
  private LambdaRuntime ingestFunction;
  private KinesisServer kinesis;
  private LambdaRuntime streamWriter;
  private HttpApi api;
  private Path debugLogin;

  /**
   * Settings of a stack.
   *
   * @param folder the folder for data and logs
   * @param temporary true to remove the folder when the stack is closed
   * @param apiPort the port of the HTTP API; 0 for a free one
   * @param lambdaWorkers the number of processes of the function
   * @param lambdaSettings environment variables of the function, besides those that locate S3
   * @param streamWindow the batch window of the stream in front of S3; empty for no stream
   */
  public record Plan(
      Home home,
      Path folder,
      boolean temporary,
      int apiPort,
      int lambdaWorkers,
      Map<String, String> lambdaSettings,
      Optional<Duration> streamWindow) {

    public Plan {
      lambdaSettings = Map.copyOf(lambdaSettings);
    }

    /** Returns this plan with a stream in front of S3. */
    public Plan withStream(Duration window) {
      return new Plan(
          home, folder, temporary, apiPort, lambdaWorkers, lambdaSettings, Optional.of(window));
    }

    /** Creates settings for development: only pages of this machine may send events. */
    public Plan(Home home, Path folder, boolean temporary, int apiPort, int lambdaWorkers) {
      this(
          home,
          folder,
          temporary,
          apiPort,
          lambdaWorkers,
          Map.of(ORIGINS, LOOPBACK_ORIGINS),
          Optional.empty());
    }
  }

  private LocalStack() {}

  /** Starts all parts. When one fails, those that run are stopped again. */
  public static LocalStack start(Plan plan) throws IOException {
    LocalStack stack = new LocalStack();
    try {
      stack.startParts(plan);
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startParts(Plan plan) throws IOException {
    ProcessReaper reaper = opened(new ProcessReaper());
    Path folder = plan.folder();
    if (plan.temporary()) {
      opened(new TemporaryFolder(folder, reaper));
    }
    if (!Files.isDirectory(folder)) {
      PrivateFiles.folder(folder);
    }
    CompletableFuture<PostgresServer> database =
        CompletableFuture.supplyAsync(() -> startPostgres(plan, reaper));
    try {
      startIngest(plan, folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot start the platform: the start was interrupted.", e);
    } catch (TimeoutException e) {
      throw new IOException(
          "Cannot start the ingest Lambda: it was not ready in " + LAMBDA_START + ".", e);
    } finally {
      postgres = opened(joined(database));
    }
    try {
      postgres.createDatabase(DATABASE);
    } catch (java.sql.SQLException e) {
      throw new IOException("Cannot create the database " + DATABASE + ".", e);
    }
  }

  private void startIngest(Plan plan, Path folder)
      throws IOException, InterruptedException, TimeoutException {
    s3 = opened(new S3Server(plan.home().s3Server(), folder.resolve("s3"), 0, List.of(BUCKET)));
    LambdaFunction ingest =
        LambdaFunction.ingest(
            plan.home().ingestLambda(),
            BUCKET,
            s3.endpoint(),
            "us-east-1",
            s3.accessKey(),
            s3.secretKey(),
            plan.lambdaSettings());
    Path logs = PrivateFiles.folder(folder.resolve("logs"));
    if (plan.streamWindow().isPresent()) {
      ingest = withStream(plan, ingest, logs);
    }
    LambdaRuntime lambda =
        opened(new LambdaRuntime(ingest, plan.lambdaWorkers(), LAMBDA_QUEUE, logs));
    // The runtime client ends by itself when its connection to this process breaks.
    lambda.awaitReady(LAMBDA_START);
    ingestFunction = lambda;
    debugLogin = folder.resolve("debug.netrc");
    api = opened(new HttpApi(lambda, plan.apiPort(), debugPassword(debugLogin)));
  }

  /** Starts the stream and its writer, and returns the ingest function that puts events on it. */
  private LambdaFunction withStream(Plan plan, LambdaFunction ingest, Path logs)
      throws IOException, InterruptedException, TimeoutException {
    Path folder = PrivateFiles.folder(plan.folder().resolve("stream"));
    kinesis = opened(new KinesisServer(plan.home(), folder, s3.accessKey()));
    KinesisClient client = new KinesisClient(kinesis.endpoint(), s3.accessKey(), STREAM);
    client.createStream(1);
    streamWriter = opened(new LambdaRuntime(ingest.streamWriter(), 1, LAMBDA_QUEUE, logs));
    streamWriter.awaitReady(LAMBDA_START);
    opened(
        new EventSourceMapping(
            client,
            STREAM,
            streamWriter,
            MappingSettings.withWindow(plan.streamWindow().orElseThrow()),
            folder));
    return ingest.puttingOn(STREAM, kinesis.endpoint());
  }

  /** Returns the password of the list of requests. Writes it for curl if there is none yet. */
  private static String debugPassword(Path netrc) throws IOException {
    if (!Files.exists(netrc)) {
      String login = " login " + HttpApi.DEBUG_USER + " password " + PrivateFiles.secret() + "\n";
      PrivateFiles.write(netrc, "machine 127.0.0.1" + login + "machine localhost" + login);
    }
    String text = PrivateFiles.read(netrc);
    return text.substring(text.lastIndexOf(' ')).strip();
  }

  private static PostgresServer startPostgres(Plan plan, ProcessReaper reaper) {
    Path data = plan.folder().resolve("postgresql");
    try {
      return new PostgresServer(data, 0, !plan.temporary(), reaper);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalStateException e) {
      // The library holds a lock on the folder.
      throw new UncheckedIOException(
          new IOException(
              "Cannot start PostgreSQL: " + data + " may be in use. Stop the other run.", e));
    }
  }

  private static PostgresServer joined(CompletableFuture<PostgresServer> database)
      throws IOException {
    try {
      return database.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failed) {
        throw failed.getCause();
      }
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    started.push(part);
    return part;
  }

  /** Returns the S3 server. */
  public S3Server s3() {
    return s3;
  }

  /** Returns the processes of the functions and of the stream, for tests that kill them. */
  public List<ProcessHandle> processes() {
    List<ProcessHandle> processes = new ArrayList<>(ingestFunction.processes());
    if (kinesis != null) {
      processes.add(kinesis.process());
      processes.addAll(streamWriter.processes());
    }
    return processes;
  }

  /** Returns the database server. */
  public PostgresServer postgres() {
    return postgres;
  }

  /** Returns the HTTP API. */
  public HttpApi api() {
    return api;
  }

  /** Returns the file for {@code curl --netrc-file} with the login of the list of requests. */
  public Path debugLogin() {
    return debugLogin;
  }

  /** Migrates the warehouse to the newest schema. */
  public void migrate(Home home) {
    new Migrations(home.sql()).apply(jdbcUrl(), PostgresServer.USER, postgres.password());
  }

  /** Returns the variables with which the job logs in to the warehouse. */
  public Map<String, String> jobEnvironment() {
    return Map.of("DW_PASSWORD", postgres.password());
  }

  /** Returns a line of shell that lets psql and AWS's tools log in. */
  public String exports() {
    return "export PGPASSFILE='%s' AWS_SHARED_CREDENTIALS_FILE='%s'"
        .formatted(postgres.passwordFile(), s3.credentials());
  }

  /** Returns the JDBC URL of the warehouse. */
  public String jdbcUrl() {
    return postgres.jdbcUrl(DATABASE);
  }

  /** Returns the URI of the raw objects for Spark. */
  public URI rawRoot() {
    return URI.create("s3a://" + BUCKET + "/" + RawKey.ROOT);
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        System.err.printf(
            "clickstream: Cannot stop %s: %s. The process reaper stops it.%n",
            part.getClass().getSimpleName(), ErrorMessage.of(e));
      }
    }
  }
}
