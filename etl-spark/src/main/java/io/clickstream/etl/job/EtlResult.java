package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.util.List;

/**
 * What a run did.
 *
 * @param slices ledger rows of the slices that were committed
 * @param total their sum
 * @param failures one line for each slice that failed while others went on
 */
public record EtlResult(List<LedgerRow> slices, LedgerRow total, List<String> failures) {

  public EtlResult {
    slices = List.copyOf(slices);
    failures = List.copyOf(failures);
  }
}
