package io.clickstream.local;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.cli.UsageException;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./clickstream migrate}: applies the migrations to a warehouse. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = "Migrates a warehouse to the newest schema. The password comes from DW_PASSWORD.")
public final class MigrateCommand implements Callable<Integer> {

  private static final int WRONG_ARGUMENTS = 2;

  @Option(names = "--jdbc-url", required = true, description = "jdbc:postgresql://host/database")
  private String jdbcUrl;

  @Option(
      names = "--db-user",
      required = true,
      description = "A superuser, or one that may create roles and owns the database")
  private String user;

  @Override
  public Integer call() {
    try {
      EtlOptions.requireNoPassword(jdbcUrl);
    } catch (UsageException e) {
      System.err.println("clickstream: " + e.getMessage());
      return WRONG_ARGUMENTS;
    }
    Migrations.Outcome outcome =
        new Migrations(Home.find().sql()).apply(jdbcUrl, user, System.getenv("DW_PASSWORD"));
    System.out.println(
        outcome.applied() == 0
            ? "the warehouse is at version " + outcome.version() + ", nothing to do"
            : "the warehouse is at version %s, %d migration%s applied"
                .formatted(
                    outcome.version(), outcome.applied(), outcome.applied() == 1 ? "" : "s"));
    return 0;
  }
}
