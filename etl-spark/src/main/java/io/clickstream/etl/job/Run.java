package io.clickstream.etl.job;

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
 * @param version version of the job
 */
public record Run(
    UUID id,
    String mode,
    SparkSession spark,
    Warehouse warehouse,
    WarehouseSettings settings,
    boolean skipUnreadable,
    String version,
    RunListener listener) {

  /** Returns this run with other settings. */
  Run with(WarehouseSettings other) {
    return new Run(id, mode, spark, warehouse, other, skipUnreadable, version, listener);
  }
}
