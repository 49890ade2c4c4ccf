package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * A benchmark that runs on a {@link Workbench} of its own, at one of two scales.
 *
 * @param <S> how much is measured
 */
public abstract class ScaledBenchmark<S> implements Benchmark {

  private final String name;
  private final String about;
  private final S full;
  private final S quick;

  /** Describes it; see {@link Benchmark}. */
  protected ScaledBenchmark(String name, String about, S full, S quick) {
    this.name = name;
    this.about = about;
    this.full = full;
    this.quick = quick;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String about() {
    return about;
  }

  @Override
  public final Report run(boolean quickly, Consumer<String> progress)
      throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      return measure(workbench, quickly ? quick : full, progress);
    }
  }

  /** Measures on a workbench that is there. */
  protected abstract Report measure(Workbench workbench, S scale, Consumer<String> progress)
      throws IOException, SQLException;
}
