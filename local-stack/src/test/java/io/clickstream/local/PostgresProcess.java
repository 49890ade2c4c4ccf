package io.clickstream.local;

import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.TestWarehouse;
import java.nio.file.Path;

/** Starts a PostgreSQL server, makes a warehouse on it, and stops it. */
final class PostgresProcess {

  private PostgresProcess() {}

  /** Takes the data folder; prints the user and how many tables the warehouse has. */
  public static void main(String[] args) throws Exception {
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = new PostgresServer(Path.of(args[0]), 0, false, reaper)) {
      TestWarehouse warehouse = TestWarehouse.create(server, "warehouse");
      System.out.println(
          System.getProperty("user.name")
              + " "
              + warehouse.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }
  }
}
