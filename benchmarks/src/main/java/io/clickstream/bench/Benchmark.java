package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A speed or cost claim that anyone can measure again. */
@FunctionalInterface
interface Benchmark {

  /**
   * Measures and adds targets, figures and notes to a report.
   *
   * @throws IllegalStateException if two programs that must produce the same rows do not
   */
  void run(Workbench workbench, Scale scale, Report report) throws IOException, SQLException;
}
