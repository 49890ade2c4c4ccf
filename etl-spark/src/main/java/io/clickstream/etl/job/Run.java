package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/**
 * The identity and the options of a run, which all of its slices share.
 *
 * @param id names the run in the ledger and in its staging tables
 * @param mode the ledger's name for the kind of run
 * @param settings the settings that the warehouse must have
 * @param skipUnreadable whether to load a slice without its unreadable objects
 * @param retryQuarantined whether to load quarantined objects again
 * @param version version of the job
 */
public record Run(
    UUID id,
    String mode,
    SparkSession spark,
    Warehouse warehouse,
    WarehouseSettings settings,
    boolean skipUnreadable,
    boolean retryQuarantined,
    String version,
    RunListener listener) {

  /** Returns what decides which quarantined objects this run tries again. */
  Quarantine.Attempt attempt() {
    return new Quarantine.Attempt(id, version, retryQuarantined);
  }

  /** Returns this run with other settings. */
  Run with(WarehouseSettings other) {
    return new Run(
        id, mode, spark, warehouse, other, skipUnreadable, retryQuarantined, version, listener);
  }
}
