package io.clickstream.local.reload;

import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.servers.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Swaps or undoes, and ends at a step as if it were killed. */
final class HaltingSwap {

  static final int KILLED = 137;

  private HaltingSwap() {}

  /** Takes the URL of the warehouse, {@code swap} or {@code undo}, and the step. */
  public static void main(String[] args) throws Exception {
    try (Reload reload = reload(args[0], step -> halt(step, args[2]))) {
      if (args[1].equals("undo")) {
        reload.undo();
      } else {
        reload.swap();
      }
    }
  }

  private static void halt(Step step, String last) {
    if (step.name().equals(last)) {
      Runtime.getRuntime().halt(KILLED);
    }
  }

  static Reload reload(String jdbcUrl, Consumer<Step> observer) {
    return new Reload(request(jdbcUrl, false), arguments -> List.of(), line -> {}, observer);
  }

  static ReloadRequest request(String jdbcUrl, boolean acceptsMissing) {
    return new ReloadRequest(
        new Warehouse(jdbcUrl, PostgresServer.USER, null, null),
        Optional.empty(),
        List.of(),
        Map.of(),
        true,
        acceptsMissing);
  }
}
