package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the stages of one slice, and tells the listener when each ends. */
final class StageClock {

  private static final Logger LOG = LoggerFactory.getLogger(StageClock.class);

  private final RunListener listener;
  private final Map<String, BigDecimal> seconds = new LinkedHashMap<>();
  private long stageStart = System.nanoTime();

  StageClock(RunListener listener) {
    this.listener = listener;
  }

  /** Ends a stage; the next one starts when the listener returns. */
  void end(Stage stage) {
    BigDecimal duration = LedgerRow.seconds(System.nanoTime() - stageStart);
    seconds.merge(stage.key(), duration, BigDecimal::add);
    LOG.info("Stage {} took {} s.", stage.key(), duration);
    listener.stageEnded(stage);
    stageStart = System.nanoTime();
  }

  /** Adds the time since the last stage to the wait for the lock, which has not ended. */
  void addWait() {
    long now = System.nanoTime();
    seconds.merge(Stage.WAIT_FOR_LOCK.key(), LedgerRow.seconds(now - stageStart), BigDecimal::add);
    stageStart = now;
  }

  /** Returns the seconds of the ended stages, by name. */
  Map<String, BigDecimal> seconds() {
    return seconds;
  }
}
