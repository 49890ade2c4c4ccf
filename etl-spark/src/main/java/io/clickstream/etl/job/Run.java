package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/**
 * What the slices of a run have in common.
 *
 * @param settings what the warehouse must have been loaded with, and the rules of sessions
 * @param mode the ledger's word for what was asked
 * @param skipUnreadable load the rest of a slice when objects can't be read
 * @param version of the job
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

  Run with(WarehouseSettings other) {
    return new Run(id, mode, spark, warehouse, other, skipUnreadable, version, listener);
  }
}
