package io.clickstream.local.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Prints numbered steps with their durations, progress bars, and tables with bars. */
final class Console {

  private static final int LINE_WIDTH = 72;
  private static final int BAR_WIDTH = 30;
  private static final long REDRAW_NS = 100_000_000;
  private static final long LINE_NS = 5_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream out;
  private final boolean terminal;
  private int step;
  private String title = "";
  private long startedAt;

  /**
   * Creates a console.
   *
   * @param terminal true if lines can be overwritten
   */
  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Starts a numbered step. */
  void begin(String newTitle) {
    step++;
    title = newTitle;
    startedAt = System.nanoTime();
    if (terminal) {
      out.printf("%2d  %s …", step, title);
      out.flush();
    }
  }

  /** Ends the step and prints its duration in seconds. */
  void end() {
    double seconds = (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
    String head = "%2d  %s ".formatted(step, title);
    out.print(terminal ? "\r\033[K" : "");
    out.printf(
        Locale.ROOT,
        "%s%s %4.1f s%n",
        head,
        ".".repeat(Math.max(3, LINE_WIDTH - head.length())),
        seconds);
    out.flush();
  }

  /** Returns a receiver of the step's progress, which a terminal shows as a bar. */
  LongConsumer progress(long total) {
    long[] drawnAt = {System.nanoTime()};
    return done -> {
      long now = System.nanoTime();
      if (now - drawnAt[0] < (terminal ? REDRAW_NS : LINE_NS)) {
        return;
      }
      drawnAt[0] = now;
      if (terminal) {
        String bar = bar(done, total);
        out.printf(Locale.ROOT, "\r\033[K%2d  %s %s %,d of %,d", step, title, bar, done, total);
      } else {
        out.printf(Locale.ROOT, "      %,d of %,d%n", done, total);
      }
      out.flush();
    };
  }

  /** Prints a line below a step. */
  void detail(String format, Object... values) {
    out.printf(Locale.ROOT, "      " + format + "%n", values);
  }

  /** Prints a heading with an empty line before it. */
  void heading(String text) {
    out.printf("%n%s%n", text);
  }

  /** Prints a line. */
  void line(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }

  /** Returns a bar of 30 characters. */
  static String bar(long part, long whole) {
    int full = whole == 0 ? 0 : (int) Math.round((double) part * BAR_WIDTH / whole);
    return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  }

  /** Formats a duration as {@code 4 s}, {@code 3 min 20 s} or {@code 2 h 5 min}. */
  static String duration(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
  }
}
