package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A request for one run of the job.
 *
 * @param raw the raw root; absent in a rebuild and in a closing
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
 * @param erasing what to erase; absent in a load
 * @param plansOnly whether to tell what there is to load, and to load nothing
 * @param newestFirst whether to load the latest hours first
 * @param slicing how hours are divided into slices; not used by a follower
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
    Optional<Erasing> erasing,
    boolean plansOnly,
    boolean newestFirst,
    Slicing slicing) {

  /**
   * A request to pack objects instead of loading them.
   *
   * @param deletesPacked whether to delete objects that a verified pack has
   */
  public record Packing(boolean deletesPacked) {}

  /**
   * A request to erase records instead of loading them. Without ids, it applies the requests that
   * are beside the raw root.
   *
   * @param clientIds client ids in the clear
   * @param userIds user ids in the clear
   * @param eventIds event ids, as events have them
   * @param objectKeys keys of raw objects or records
   * @param receivedBefore erases only records that were received before; absent for the time of the
   *     run
   * @param linked whether to erase also the client ids that were seen with a user id and no other
   * @param purge whether to delete the bytes of all erased records from the raw root
   */
  public record Erasing(
      List<String> clientIds,
      List<String> userIds,
      List<String> eventIds,
      List<String> objectKeys,
      Optional<Instant> receivedBefore,
      boolean linked,
      boolean purge) {

    public Erasing {
      clientIds = List.copyOf(clientIds);
      userIds = List.copyOf(userIds);
      eventIds = List.copyOf(eventIds);
      objectKeys = List.copyOf(objectKeys);
    }

    /** Returns true if the command names no id to erase. No request is written then. */
    boolean isEmpty() {
      return clientIds.isEmpty() && userIds.isEmpty() && eventIds.isEmpty() && objectKeys.isEmpty();
    }
  }
}
