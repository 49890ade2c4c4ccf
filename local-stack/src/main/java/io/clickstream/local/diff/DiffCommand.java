package io.clickstream.local.diff;

import io.clickstream.etl.cli.UsageException;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.ErrorMessage;
import io.clickstream.local.TlsArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./clickstream diff}: compares two warehouses and tells what differs. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Compares two warehouses: the rows of each table, the settings, and the metrics of each day.",
      "It only reads. The password comes from DW_PASSWORD; DW_NEW_PASSWORD is that of the new",
      "warehouse if it differs. The ledger (etl_*) is not compared.",
      "The exit status is that of diff(1): 0 the warehouses are equal, 1 they differ, 2 trouble."
    })
public final class DiffCommand implements Callable<Integer> {

  private static final int EQUAL = 0;
  private static final int DIFFERENT = 1;
  private static final int TROUBLE = 2;

  @Parameters(index = "0", paramLabel = "OLD", description = "jdbc:postgresql://host:port/database")
  private String oldUrl;

  @Parameters(index = "1", paramLabel = "NEW", description = "jdbc:postgresql://host:port/database")
  private String newUrl;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      required = true,
      description = "Database user that may read both warehouses")
  private String user;

  @Option(
      names = "--new-db-user",
      paramLabel = "NAME",
      description = "Database user of the new warehouse, if it is another one")
  private String newUser;

  @Mixin private TlsArguments tls;

  @Option(names = "--json", arity = "0", description = "Prints one line of JSON instead of text.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also writes a page that shows old and new side by side.")
  private Path html;

  @Override
  public Integer call() {
    try {
      return compareAndTell();
    } catch (UsageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The status 1 says that the warehouses differ, so no failure may have it.
      System.err.println("clickstream: " + message(e));
      return TROUBLE;
    }
  }

  private int compareAndTell() throws IOException {
    Map<String, String> environment = System.getenv();
    Warehouse old = tls.open(oldUrl, user, environment.get("DW_PASSWORD"));
    Warehouse current =
        tls.open(
            newUrl,
            newUser == null ? user : newUser,
            environment.getOrDefault("DW_NEW_PASSWORD", environment.get("DW_PASSWORD")));
    if (html != null) {
      DiffPages.requireFolder(html);
    }
    WarehouseDiff diff = compare(old, current);
    if (html != null) {
      DiffPages.write(html, diff);
    }
    System.out.println(json ? DiffJson.of(diff) : DiffText.of(diff));
    return diff.differs() ? DIFFERENT : EQUAL;
  }

  private static WarehouseDiff compare(Warehouse old, Warehouse current) {
    try (Snapshot oldState = Snapshot.open(old);
        Snapshot newState = Snapshot.open(current)) {
      return WarehouseDiff.of(oldState, newState, line -> System.err.println("diff: " + line));
    }
  }

  private static String message(Exception e) {
    return e instanceof DatabaseException
        ? "Cannot compare the warehouses: " + ErrorMessage.of(e)
        : ErrorMessage.of(e);
  }
}
