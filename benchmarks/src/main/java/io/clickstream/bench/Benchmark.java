package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** A claim about speed or cost that anybody can measure again. */
public interface Benchmark {

  /** What it is called on the command line. */
  String name();

  /** What it measures, in one line. */
  String about();

  /**
   * Measures. Leaves nothing behind.
   *
   * @param quick whether a smaller and shorter form will do
   * @param progress is told now and then what is being done
   */
  Report run(boolean quick, Consumer<String> progress) throws IOException, SQLException;

  /**
   * What was measured.
   *
   * @param bars the claims
   * @param figures what they were computed from, and other values beside them
   * @param notes lines that explain them
   */
  record Report(List<Bar> bars, List<Figure> figures, List<String> notes) {

    public Report {
      bars = List.copyOf(bars);
      figures = List.copyOf(figures);
      notes = List.copyOf(notes);
    }

    /** Whether every claim holds. */
    public boolean holds() {
      return bars.stream().allMatch(Bar::holds);
    }
  }
}
