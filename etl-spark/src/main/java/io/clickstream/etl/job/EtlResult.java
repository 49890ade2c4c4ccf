package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.util.List;

/**
 * The result of a run.
 *
 * @param slices ledger rows of the committed slices
 * @param total their total
 * @param failures one line per failed slice
 */
public record EtlResult(List<LedgerRow> slices, LedgerRow total, List<String> failures) {

  public EtlResult {
    slices = List.copyOf(slices);
    failures = List.copyOf(failures);
  }
}
