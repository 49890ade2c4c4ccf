package io.clickstream.local;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Checks.Finding;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./clickstream check}: prints a line per check, then the number of checks that hold. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Runs the checks of sql/checks on a warehouse. The password comes from DW_PASSWORD."
            + " The exit status is 1 when a check does not hold.")
public final class CheckCommand implements Callable<Integer> {

  private static final int DOES_NOT_HOLD = 1;

  @Mixin private WarehouseArguments arguments;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      required = true,
      description = "A user that may read the warehouse.")
  private String user;

  @Override
  public Integer call() throws IOException {
    Warehouse warehouse = arguments.open(user);
    List<Finding> findings;
    try {
      findings = Checks.run(warehouse, System.out::println);
    } catch (DatabaseException e) {
      throw new LoadException(
          "Cannot check the warehouse as %s: %s. See --jdbc-url, --db-user and DW_PASSWORD."
              .formatted(warehouse, e.getMessage().replaceAll("\\.$", "")),
          e);
    }
    long holding = findings.stream().filter(Finding::holds).count();
    System.out.printf("%d of %d checks hold%n", holding, findings.size());
    return holding == findings.size() ? 0 : DOES_NOT_HOLD;
  }
}
