package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.LedgerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of a run.
 *
 * @param slices ledger rows of the committed slices
 * @param total their total; a row without counts if the job was not to load
 * @param failures one line per failed slice, or per failure of packing
 * @param report what a job did that was not to load
 */
public record EtlResult(
    List<LedgerRow> slices, LedgerRow total, List<String> failures, Optional<JobReport> report) {

  EtlResult(List<LedgerRow> slices, LedgerRow total, List<String> failures) {
    this(slices, total, failures, Optional.empty());
  }

  /** Returns this result with more slices and failures. */
  EtlResult and(List<LedgerRow> more, List<String> moreFailures) {
    List<LedgerRow> all = new ArrayList<>(slices);
    all.addAll(more);
    List<String> allFailures = new ArrayList<>(moreFailures);
    allFailures.addAll(failures);
    return new EtlResult(all, more.isEmpty() ? total : LedgerRow.total(all), allFailures, report);
  }

  public EtlResult {
    slices = List.copyOf(slices);
    failures = List.copyOf(failures);
  }

  /** Returns one line of JSON: the report, or the total. */
  public String toJson() {
    return report.map(JobReport::toJson).orElseGet(total::toJson);
  }
}
