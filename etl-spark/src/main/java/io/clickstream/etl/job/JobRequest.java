package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A request for one run of the job.
 *
 * @param raw the raw root; absent in a rebuild, which reads stored events
 * @param window hours of key prefix to load or pack
 * @param warehouse opens the warehouse; absent in a dry run, not used by packing
 * @param rebuiltSettings returns the settings after a rebuild, from the stored ones
 * @param fetchConcurrency requests in flight per task; absent for the default of the file system
 * @param awsRegion region of S3
 * @param skipUnreadable whether to load a slice without its unreadable objects
 * @param retryQuarantined whether to load quarantined objects again
 * @param dryRun whether to read and parse only
 * @param check whether to run {@code sql/checks} after the load
 * @param packing what to do besides writing packs; absent in a load
 * @param plansOnly whether to tell what there is to load, and to load nothing
 * @param newestFirst whether to load the latest hours first
 */
public record JobRequest(
    Optional<URI> raw,
    Window window,
    Optional<WarehouseConnector> warehouse,
    ParseRules parseRules,
    SessionRules sessionRules,
    UnaryOperator<WarehouseSettings> rebuiltSettings,
    OptionalInt fetchConcurrency,
    Optional<String> awsRegion,
    boolean skipUnreadable,
    boolean retryQuarantined,
    boolean dryRun,
    boolean check,
    Optional<Packing> packing,
    boolean plansOnly,
    boolean newestFirst) {

  /**
   * A request to pack objects instead of loading them.
   *
   * @param deletesPacked whether to delete objects that a verified pack has
   */
  public record Packing(boolean deletesPacked) {}
}
