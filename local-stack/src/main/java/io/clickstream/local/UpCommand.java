package io.clickstream.local;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.StopSignal;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.local.gateway.HttpApi;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./clickstream up}: runs the platform until Ctrl-C or TERM. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the platform on this machine: POST /clickstream, S3, the warehouse, the job, which follows",
      "new events, and the dashboards. Ctrl-C or TERM ends it. The data stays in --data for the next start.",
      "ALLOWED_ORIGINS, BATCH_OBJECTS, SHARED_KEYS, HMAC_SECRETS, SAMPLE_RATE and MAX_EVENTS_PER_SECOND",
      "are passed to the ingest function (docs/ingest.md)."
    })
public final class UpCommand implements Callable<Integer> {

  /** Environment variables that the ingest function gets, with their defaults. */
  private static final Map<String, String> LAMBDA_SETTINGS =
      Map.of(
          LocalStack.ORIGINS,
          LocalStack.LOOPBACK_ORIGINS,
          "BATCH_OBJECTS",
          "",
          "SHARED_KEYS",
          "",
          "HMAC_SECRETS",
          "",
          "SAMPLE_RATE",
          "",
          "MAX_EVENTS_PER_SECOND",
          "");

  private static final int LAMBDA_WORKERS = 2;

  /** Up to a day, like {@code --follow} of the job. */
  private static final Pattern EVERY =
      Pattern.compile("0*([1-9]\\d{0,3}s|[1-9]\\d{0,2}m|([1-9]|1\\d|2[0-4])h)");

  private static final int WRONG_ARGUMENTS = 2;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_STREAM_WINDOW = 300;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port of the HTTP API. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--every",
      defaultValue = "30s",
      description = "Time between the starts of two loads, 1s to 24h. Default: ${DEFAULT-VALUE}.")
  private String every;

  @Option(
      names = "--stream",
      description = {
        "Puts a Kinesis stream in front of S3, whose batches a second function writes to S3",
        "(docs/ingest.md). npm downloads its server once."
      })
  private boolean withStream;

  @Option(
      names = "--stream-window",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description = "Batch window of the stream, 0 to 300. Default: ${DEFAULT-VALUE}.")
  private int streamWindow;

  @Option(
      names = "--dashboards-port",
      defaultValue = "3838",
      description = "Port of the dashboards. Default: ${DEFAULT-VALUE}.")
  private int dashboardsPort;

  @Option(
      names = "--dashboards",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Starts the dashboards, which need R. Default: ${DEFAULT-VALUE}.")
  private boolean withDashboards;

  @Option(
      names = "--data",
      description =
          "Folder for objects and the warehouse. Default: .clickstream/up of the project.")
  private Path data;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!EVERY.matcher(every).matches()) {
      System.err.println(
          "clickstream: Cannot start: --every is '"
              + every
              + "'. Give a duration such as 30s or 5m, at most 24h.");
      return WRONG_ARGUMENTS;
    }
    if (!isPort("--port", port) || !isPort("--dashboards-port", dashboardsPort)) {
      return WRONG_ARGUMENTS;
    }
    if (streamWindow < 0 || streamWindow > MAX_STREAM_WINDOW) {
      System.err.println(
          "clickstream: Cannot start: --stream-window is %d. Give seconds from 0 to %d."
              .formatted(streamWindow, MAX_STREAM_WINDOW));
      return WRONG_ARGUMENTS;
    }
    Home home = Home.find();
    // The S3 server lists nothing below a relative folder.
    data =
        (data == null ? home.folder().resolve(".clickstream/up") : data)
            .toAbsolutePath()
            .normalize();
    runUntilEnded(home);
    return 0;
  }

  private void runUntilEnded(Home home) throws IOException, InterruptedException {
    StopSignal end = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end.stop();
                  await(ended);
                }));
    try (EmbeddedSpark spark = new EmbeddedSpark();
        LocalStack stack =
            LocalStack.start(
                new LocalStack.Plan(
                    home,
                    data,
                    false,
                    port,
                    LAMBDA_WORKERS,
                    lambdaSettings(),
                    withStream
                        ? Optional.of(Duration.ofSeconds(streamWindow))
                        : Optional.empty()));
        ProcessReaper reaper = new ProcessReaper()) {
      stack.migrate(home);
      try (Dashboards dashboards = withDashboards ? dashboards(home, stack, reaper) : null) {
        spark.connect(stack.s3());
        print(stack, dashboards == null ? "none" : dashboards.awaitReady().address().toString());
        follow(stack, end);
      }
    } finally {
      ended.countDown();
    }
  }

  private static boolean isPort(String option, int port) {
    boolean isPort = port >= 0 && port <= MAX_PORT;
    if (!isPort) {
      System.err.println(
          "clickstream: Cannot start: %s is %d. Give a port from 0 to %d."
              .formatted(option, port, MAX_PORT));
    }
    return isPort;
  }

  private Dashboards dashboards(Home home, LocalStack stack, ProcessReaper reaper)
      throws IOException {
    return new Dashboards(
        home, stack.postgres(), dashboardsPort, data.resolve("logs/dashboards.log"), reaper);
  }

  private static Map<String, String> lambdaSettings() {
    Map<String, String> settings = new HashMap<>();
    LAMBDA_SETTINGS.forEach(
        (name, usual) -> settings.put(name, System.getenv().getOrDefault(name, usual)));
    return settings;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(LocalStack stack, String dashboards) {
    System.out.printf(
        """
        The platform is up:
          events     POST %s%14$s
          received   curl --netrc-file '%13$s' %10$s?good or ?bad
          raw        s3://%s/%s at %s
          warehouse  psql -h 127.0.0.1 -p %d -U %s %s
          passwords  %12$s
          job        every %s
          dashboards %11$s
        Try:  curl -X POST -H 'Content-Type: application/json' \\
                -d '{"eventName":"curl_test","userId":"u-1"}' %1$s
        Ctrl-C stops it. The data stays in %9$s.
        """,
        stack.api().endpoint(),
        LocalStack.BUCKET,
        stack.rawRoot().getPath().substring(1),
        stack.s3().endpoint(),
        stack.postgres().port(),
        PostgresServer.USER,
        LocalStack.DATABASE,
        every,
        data,
        stack.api().endpoint().resolve(HttpApi.DEBUG_PATH),
        dashboards,
        stack.exports(),
        stack.debugLogin(),
        withStream ? ", by a stream with batches of " + streamWindow + " s" : "");
    System.out.flush();
  }

  /** Runs the job until the end. */
  private void follow(LocalStack stack, StopSignal end) throws IOException {
    String[] args = {
      "--raw",
      stack.rawRoot().toString(),
      "--follow",
      every,
      "--jdbc-url",
      stack.jdbcUrl(),
      "--db-user",
      PostgresServer.USER,
    };
    EtlMain.run(args, stack.jobEnvironment(), new LoadLines(), Clock.systemUTC(), end);
  }

  /** Prints a line per load that has read a record, and one at the start and end of a fault. */
  private static final class LoadLines implements RunListener {

    @Override
    public void message(String line) {
      // The lines below say enough.
    }

    @Override
    public void sliceLoaded(LedgerRow row) {
      long read = row.get(Count.RECORDS_READ);
      if (read > 0) {
        System.out.printf(
            Locale.ROOT,
            "%s  %,d read = %,d inserted + %,d duplicates + %,d rejected%n",
            LocalTime.now().truncatedTo(ChronoUnit.SECONDS),
            read,
            row.get(Count.INSERTED),
            row.get(Count.DUPLICATES),
            row.get(Count.REJECTED));
      }
    }

    @Override
    public void faultChanged(String line) {
      System.err.println("clickstream: " + line);
    }
  }
}
