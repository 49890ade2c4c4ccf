package io.clickstream.etl.job;

import io.clickstream.etl.job.MergeStagedRows.Merged;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadedHours.Period;
import io.clickstream.etl.warehouse.MergeTransaction;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ledger row of one merge while it is filled: its stages and counts, from the first step on.
 */
final class LedgerEntry {

  private final int number;
  private final String mode;
  private final Instant startedAt = Instant.now();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private final StageClock clock;

  /**
   * Begins the row.
   *
   * @param number number of the slice
   * @param mode the ledger's name for the kind of merge
   */
  LedgerEntry(RunListener listener, int number, String mode) {
    this.number = number;
    this.mode = mode;
    this.clock = new StageClock(listener);
  }

  StageClock clock() {
    return clock;
  }

  /** Returns the counts, which the steps of the merge write. */
  Map<Count, Long> counts() {
    return counts;
  }

  /**
   * Verifies the balance, writes the row, and commits.
   *
   * @param run has the settings that the merge used
   * @param hours first and end of the hours that the merge is about
   * @return the row, committed
   */
  LedgerRow commit(MergeTransaction transaction, Run run, Period hours, Merged merged) {
    LedgerRow row =
        new LedgerRow(
            run.id(),
            number,
            mode,
            hours.from(),
            hours.to(),
            startedAt,
            Instant.now(),
            merged.oldestEvent(),
            counts,
            merged.coercedFields(),
            clock.seconds(),
            LedgerRow.seconds(transaction.lockHeldNanos()),
            run.settings().toJson(),
            run.version());
    transaction.commit(row);
    return row;
  }
}
