package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.util.List;
import java.util.Optional;

/**
 * The result of a run.
 *
 * @param slices ledger rows of the committed slices
 * @param total their total; if objects were packed, a row without counts
 * @param failures one line per failed slice; if objects were packed, per failure
 * @param packed what packing did; absent after a load
 */
public record EtlResult(
    List<LedgerRow> slices, LedgerRow total, List<String> failures, Optional<PackResult> packed) {

  EtlResult(List<LedgerRow> slices, LedgerRow total, List<String> failures) {
    this(slices, total, failures, Optional.empty());
  }

  public EtlResult {
    slices = List.copyOf(slices);
    failures = List.copyOf(failures);
  }

  /** Returns one line of JSON: the total, or what packing did. */
  public String toJson() {
    return packed.map(PackResult::toJson).orElseGet(total::toJson);
  }
}
