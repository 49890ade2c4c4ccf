package io.clickstream.local;

import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./clickstream migrate}: applies the migrations to a warehouse. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = "Migrates a warehouse to the newest schema. The password comes from DW_PASSWORD.")
public final class MigrateCommand implements Callable<Integer> {

  @Mixin private WarehouseArguments arguments;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      required = true,
      description = "A superuser, or the database's owner with CREATEROLE.")
  private String user;

  @Override
  public Integer call() throws IOException, SQLException {
    Migrations.Outcome outcome =
        new Migrations(Home.find().sql()).apply(arguments.open(user).dataSource());
    System.out.println(
        outcome.applied() == 0
            ? "the warehouse is at version " + outcome.version() + ", nothing to do"
            : "the warehouse is at version %s, %d migration%s applied"
                .formatted(
                    outcome.version(), outcome.applied(), outcome.applied() == 1 ? "" : "s"));
    return 0;
  }
}
