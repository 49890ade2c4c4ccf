package io.clickstream.local;

import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.TestWarehouse;
import io.clickstream.testing.TestWarehouses;
import java.nio.file.Path;

/** Starts a PostgreSQL server, makes a warehouse on it, and stops it. */
final class PostgresProcess {

  private PostgresProcess() {}

  /** Takes the data folder; prints the user and how many tables the warehouse has. */
  public static void main(String[] args) throws Exception {
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = TestWarehouses.start(Path.of(args[0]), 0, reaper)) {
      TestWarehouse warehouse = TestWarehouse.create(server, "warehouse");
      System.out.println(
          System.getProperty("user.name")
              + " "
              + warehouse.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }
  }
}
