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

/** {@code ./clickstream with-warehouse}: runs a command with a temporary warehouse. */
@Command(
    name = "with-warehouse",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a command with a warehouse on an embedded PostgreSQL, which is removed when the command ends.",
      "The command's environment names it: DW_HOST, DW_PORT, DW_NAME, DW_USER (a superuser) and",
      "DW_PASSWORD, libpq's variables, and RAW_ROOT for the raw objects. Exits with the command's status."
    })
public final class WithWarehouseCommand implements Callable<Integer> {

  private static final int EVENTS_IN_AN_OBJECT = 200;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of simulated posts to load first. Default: ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--days",
      paramLabel = "D",
      defaultValue = "14",
      description = "Number of days that these posts cover. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + TrafficOptions.DEFAULT_SEED,
      description = "Seed of these posts. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments")
  private List<String> command;

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (ProcessReaper reaper = new ProcessReaper();
        TemporaryFolder folder =
            new TemporaryFolder(Files.createTempDirectory("clickstream-warehouse-"), reaper);
        PostgresServer postgres =
            new PostgresServer(folder.path().resolve("postgresql"), 0, false, reaper)) {
      postgres.createDatabase(LocalStack.DATABASE);
      new Migrations(Home.find().sql())
          .apply(postgres.jdbcUrl(LocalStack.DATABASE), PostgresServer.USER, postgres.password());
      Path raw = Files.createDirectories(folder.path().resolve("events"));
      if (events > 0) {
        load(raw, postgres);
      }
      return run(raw, postgres, reaper);
    }
  }

  private void load(Path raw, PostgresServer postgres) throws IOException {
    TrafficOptions options =
        new TrafficOptions(events, seed, TrafficOptions.DEFAULT_START, Duration.ofDays(days));
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
      EtlMain.run(job, Map.of("DW_PASSWORD", postgres.password()), line -> {});
    }
  }

  private int run(Path raw, PostgresServer postgres, ProcessReaper reaper)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(command).inheritIO();
    program.environment().keySet().removeIf(name -> name.startsWith("DW_"));
    for (String prefix : List.of("DW_", "PG")) {
      program.environment().put(prefix + "HOST", "127.0.0.1");
      program.environment().put(prefix + "PORT", Integer.toString(postgres.port()));
      program.environment().put(prefix + "USER", PostgresServer.USER);
      program.environment().put(prefix + "PASSWORD", postgres.password());
    }
    program.environment().put("DW_NAME", LocalStack.DATABASE);
    program.environment().put("PGDATABASE", LocalStack.DATABASE);
    program.environment().put("RAW_ROOT", raw.toUri().toString());
    Process process = program.start();
    reaper.guard(process.pid());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
    return process.waitFor();
  }

  /** Ends the command when this process is ended; the process reaper ends everything else. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
