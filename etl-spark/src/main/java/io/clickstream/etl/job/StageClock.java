package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the time of a slice's stages and tells their ends. */
final class StageClock {

  private final RunListener listener;
  private final Map<String, BigDecimal> seconds = new LinkedHashMap<>();
  private long stageStart = System.nanoTime();

  StageClock(RunListener listener) {
    this.listener = listener;
  }

  void end(Stage stage) {
    long now = System.nanoTime();
    seconds.merge(stage.key(), LedgerRow.seconds(now - stageStart), BigDecimal::add);
    listener.ended(stage);
    stageStart = System.nanoTime();
  }

  Map<String, BigDecimal> seconds() {
    return seconds;
  }
}
