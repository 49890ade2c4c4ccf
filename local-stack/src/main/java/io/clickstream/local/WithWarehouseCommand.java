package io.clickstream.local;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.TemporaryFolder;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./clickstream with-warehouse}: what others need who test or look around. */
@Command(
    name = "with-warehouse",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a command with a warehouse of its own on an embedded PostgreSQL, which goes when it ends.",
      "DW_HOST, DW_PORT, DW_NAME and DW_USER (a superuser without a password) name it in the command's",
      "environment, libpq's variables too, RAW_ROOT the raw objects. The exit status is that of the command."
    })
public final class WithWarehouseCommand implements Callable<Integer> {

  private static final int EVENTS_IN_AN_OBJECT = 200;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "0",
      description = "Posts of simulated traffic to load first. Default: ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--days",
      paramLabel = "D",
      defaultValue = "14",
      description = "How many days these take. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments")
  private List<String> command;

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (ProcessReaper lifeline = new ProcessReaper();
        TemporaryFolder folder =
            new TemporaryFolder(Files.createTempDirectory("clickstream-warehouse-"), lifeline);
        PostgresServer postgres =
            new PostgresServer(folder.path().resolve("postgresql"), 0, false, lifeline)) {
      postgres.createDatabase(LocalStack.DATABASE);
      new Migrations(Home.find().sql())
          .apply(postgres.jdbcUrl(LocalStack.DATABASE), PostgresServer.USER, null);
      Path raw = Files.createDirectories(folder.path().resolve("events"));
      if (events > 0) {
        load(raw, postgres);
      }
      return run(raw, postgres, lifeline);
    }
  }

  private void load(Path raw, PostgresServer postgres) throws IOException {
    TrafficOptions options =
        new TrafficOptions(
            events,
            TrafficOptions.DEFAULT_SEED,
            TrafficOptions.DEFAULT_START,
            Duration.ofDays(days));
    new RawObjectWriter(raw, Settings.standard().withBatchSize(EVENTS_IN_AN_OBJECT))
        .write(new Traffic(options), written -> {});
    String[] job = {
      "--raw", raw.toUri().toString(),
      "--from", EtlOptions.hour(options.start()),
      "--to", EtlOptions.hour(options.end().plus(Duration.ofHours(1))),
      "--jdbc-url", postgres.jdbcUrl(LocalStack.DATABASE),
      "--db-user", PostgresServer.USER,
      "--timezone", "Asia/Ho_Chi_Minh",
      "--own-hosts", "shop.example",
    };
    try (EmbeddedSpark spark = new EmbeddedSpark()) {
      spark.await();
      EtlMain.run(job, Map.of(), line -> {});
    }
  }

  private int run(Path raw, PostgresServer postgres, ProcessReaper lifeline)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(command).inheritIO();
    program.environment().keySet().removeIf(name -> name.startsWith("DW_"));
    for (String prefix : List.of("DW_", "PG")) {
      program.environment().put(prefix + "HOST", "127.0.0.1");
      program.environment().put(prefix + "PORT", Integer.toString(postgres.port()));
      program.environment().put(prefix + "USER", PostgresServer.USER);
    }
    program.environment().put("DW_NAME", LocalStack.DATABASE);
    program.environment().put("PGDATABASE", LocalStack.DATABASE);
    program.environment().put("RAW_ROOT", raw.toUri().toString());
    Process process = program.start();
    lifeline.guard(process.pid());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
    return process.waitFor();
  }

  /** When we are told to end, so is the command; the lifeline brings the end of the rest. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
