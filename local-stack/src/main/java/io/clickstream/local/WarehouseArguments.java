package io.clickstream.local;

import io.clickstream.etl.cli.WarehouseTarget;
import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The arguments of commands that connect to a warehouse; they are those of the job. */
final class WarehouseArguments {

  @Option(
      names = "--jdbc-url",
      required = true,
      description = "jdbc:postgresql://host:port/database")
  private String jdbcUrl;

  @Option(
      names = "--db-user",
      required = true,
      description =
          "Database user: one that may read, or for migrations a superuser or the database's owner"
              + " with CREATEROLE")
  private String user;

  @Option(
      names = "--db-ca",
      description = "PEM file of the server's authority: TLS verify-full. For a remote database.")
  private String authority;

  @Option(
      names = "--db-tls-unverified",
      arity = "0",
      description = "Accepts any certificate of a remote database.")
  private boolean tlsUnverified;

  /**
   * Returns the warehouse that the arguments name.
   *
   * @throws io.clickstream.etl.cli.UsageException for wrong arguments
   */
  Warehouse open() throws IOException {
    return WarehouseTarget.of(jdbcUrl, user, System.getenv("DW_PASSWORD"), authority, tlsUnverified)
        .open();
  }
}
