package io.clickstream.local;

import io.clickstream.etl.cli.WarehouseTarget;
import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The arguments about certificates of databases on other machines; they are those of the job. */
public final class TlsArguments {

  @Option(
      names = "--db-ca",
      paramLabel = "PEM",
      description = "PEM file of the server's authority: TLS verify-full. For a remote database.")
  private String authority;

  @Option(
      names = "--db-tls-unverified",
      arity = "0",
      description = "Accepts any certificate of a remote database.")
  private boolean unverified;

  /**
   * Returns a warehouse that is reached with these arguments.
   *
   * @param password the password, or null if the server requires none
   * @throws io.clickstream.etl.cli.UsageException for wrong arguments
   */
  public Warehouse open(String jdbcUrl, String user, String password) throws IOException {
    return WarehouseTarget.of(jdbcUrl, user, password, authority, unverified).open();
  }

  /** Returns the given arguments, to pass them on to the job. */
  List<String> given() {
    List<String> arguments = new ArrayList<>();
    if (authority != null) {
      arguments.addAll(List.of("--db-ca", authority));
    }
    if (unverified) {
      arguments.add("--db-tls-unverified");
    }
    return arguments;
  }
}
