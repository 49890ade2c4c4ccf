package io.clickstream.it.job;

import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** The process of a {@link CloseProcess}. */
final class PausingClose {

  static final String PAUSED = "paused";

  /** Sessions are removed in several batches. */
  private static final long BATCH_EVENTS = 500;

  /** Where to pause: at the n-th of the lines and commits with this text. */
  private final String point;

  private int left;

  private PausingClose(String point, int nth) {
    this.point = point;
    this.left = nth;
  }

  /** Closes a warehouse: its URL, the end of the period, the point, and its number. */
  public static void main(String[] args) {
    PausingClose pauses = new PausingClose(args[2], Integer.parseInt(args[3]));
    Warehouse warehouse = new Warehouse(args[0], PostgresServer.USER, null, null);
    new ClosePeriod(
            warehouse, pauses::pass, BATCH_EVENTS, step -> pauses.pass("commit " + step.name()))
        .close(connection -> Instant.parse(args[1]));
  }

  /** Pauses at the point, until it may read a byte. */
  private void pass(String text) {
    if (text.contains(point) && --left == 0) {
      System.out.println(PAUSED);
      try {
        System.in.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
