package io.clickstream.it;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.job.StopSignal;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.testing.Eventually;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A job with {@code --follow} in a thread of the test JVM. */
public final class RunningFollower implements AutoCloseable {

  private final StopSignal stop = new StopSignal();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final List<LedgerRow> rows = new CopyOnWriteArrayList<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<EtlResult> result;

  /**
   * Starts a follower.
   *
   * @param clock determines the hours that it visits
   */
  public RunningFollower(List<String> arguments, Clock clock) {
    this(arguments, clock, line -> {});
  }

  /**
   * Starts a follower.
   *
   * @param other also receives the lines and the ends of stages
   */
  public RunningFollower(List<String> arguments, Clock clock, RunListener other) {
    RunListener listener =
        new RunListener() {
          @Override
          public void message(String line) {
            other.message(line);
          }

          @Override
          public void stageEnded(Stage stage) {
            other.stageEnded(stage);
          }

          @Override
          public void sliceLoaded(LedgerRow row) {
            rows.add(row);
          }

          @Override
          public void faultChanged(String line) {
            faults.add(line);
          }
        };
    result =
        thread.submit(
            () -> EtlMain.run(arguments.toArray(String[]::new), Map.of(), listener, clock, stop));
  }

  /** Returns the lines about the beginnings and ends of faults. */
  public List<String> faults() {
    return faults;
  }

  /** Returns the rows of the loaded slices. */
  public List<LedgerRow> rows() {
    return rows;
  }

  /** Waits until there are so many lines about faults. */
  public void awaitFaults(int lines) throws Exception {
    Eventually.holds(lines + " lines about faults", () -> isAliveAnd(faults.size() >= lines));
  }

  /** Waits until so many records were inserted in all. */
  public void awaitInserted(long records) throws Exception {
    Eventually.holds(records + " records are inserted", () -> isAliveAnd(inserted() >= records));
  }

  /**
   * Returns false while the follower runs.
   *
   * @throws java.util.concurrent.ExecutionException if it has failed
   */
  public boolean hasEnded() throws Exception {
    return isAliveAnd(false);
  }

  private boolean isAliveAnd(boolean condition) throws Exception {
    if (!condition && result.isDone()) {
      throw new AssertionError("the follower has ended: " + result.get());
    }
    return condition;
  }

  /** Returns the number of inserted records. */
  public long inserted() {
    return rows.stream().mapToLong(row -> row.get(LedgerRow.Count.INSERTED)).sum();
  }

  /** Stops the follower before its next slice and returns its result. */
  public EtlResult stop() throws Exception {
    stop.stop();
    return result.get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    stop.stop();
    thread.shutdown();
  }
}
