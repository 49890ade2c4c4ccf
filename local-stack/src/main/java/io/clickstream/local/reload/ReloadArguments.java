package io.clickstream.local.reload;

import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.local.WarehouseArguments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The arguments that {@code reload} and {@code erase --prove} share. */
final class ReloadArguments {

  @Mixin private WarehouseArguments warehouse;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      required = true,
      description = "A superuser, or the database's owner with CREATEDB and pg_signal_backend.")
  private String user;

  @Option(names = "--aws-region", paramLabel = "REGION", description = "Region of S3.")
  private String awsRegion;

  /**
   * Returns the warehouse that everyone uses.
   *
   * @throws io.clickstream.etl.cli.UsageException for wrong arguments
   */
  Warehouse open() throws IOException {
    return warehouse.open(user);
  }

  /** Returns the arguments of a run of the job in this warehouse. */
  List<String> ofJob() {
    List<String> arguments = new ArrayList<>(warehouse.url());
    arguments.addAll(List.of("--db-user", user));
    arguments.addAll(ofAnyJob());
    return arguments;
  }

  /** Returns the arguments of a run of the job in any warehouse of the same server. */
  List<String> ofAnyJob() {
    List<String> arguments = new ArrayList<>(warehouse.tls());
    if (awsRegion != null) {
      arguments.addAll(List.of("--aws-region", awsRegion));
    }
    return arguments;
  }
}
