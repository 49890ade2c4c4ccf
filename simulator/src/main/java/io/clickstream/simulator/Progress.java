package io.clickstream.simulator;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Prints the progress of long work: a bar on a terminal, otherwise a line at intervals. Short work
 * prints nothing.
 */
final class Progress implements LongConsumer {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SILENT_NS = 2 * NANOS_PER_SECOND;
  private static final long BAR_EVERY_NS = NANOS_PER_SECOND / 5;
  private static final long LINE_EVERY_NS = 10 * NANOS_PER_SECOND;
  private static final int BAR_WIDTH = 30;

  private final PrintWriter out;
  private final boolean terminal;
  private final long total;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private long showsAt;
  private boolean shown;

  /**
   * @param total the last value that {@link #accept} gets
   * @param nanoTime the clock, such as {@link System#nanoTime}
   */
  Progress(PrintWriter out, boolean terminal, long total, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
    this.showsAt = startedAt + SILENT_NS;
  }

  @Override
  public void accept(long done) {
    long now = nanoTime.getAsLong();
    if (now - showsAt < 0) {
      return;
    }
    showsAt = now + (terminal ? BAR_EVERY_NS : LINE_EVERY_NS);
    shown = true;
    double rate = done / seconds();
    String figures =
        String.format(
            Locale.ROOT, "%3d %%  %,d of %,d  %,.0f/s", done * 100 / total, done, total, rate);
    if (terminal) {
      int full = (int) (done * BAR_WIDTH / total);
      out.print("\r[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] " + figures + " ");
    } else {
      out.println(figures.strip());
    }
    out.flush();
  }

  /** Clears the bar. */
  void end() {
    if (terminal && shown) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  /** Returns the seconds since the start, never 0. */
  double seconds() {
    return Math.max(1, nanoTime.getAsLong() - startedAt) / (double) NANOS_PER_SECOND;
  }
}
