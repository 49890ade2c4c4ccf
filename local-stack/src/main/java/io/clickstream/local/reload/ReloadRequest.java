package io.clickstream.local.reload;

import io.clickstream.etl.warehouse.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reload is asked for.
 *
 * @param warehouse the warehouse that everyone uses, with the user that makes and renames databases
 * @param raw the raw root; absent if this command loads nothing
 * @param jobArguments arguments that are passed on to the job, besides those of the settings
 * @param settings the given arguments of settings by name; the others stay those of the warehouse
 * @param loadsNothing whether the job loads the new warehouse elsewhere
 * @param acceptsMissing whether to swap although the new warehouse lacks objects of the old one
 */
public record ReloadRequest(
    Warehouse warehouse,
    Optional<String> raw,
    List<String> jobArguments,
    Map<String, String> settings,
    boolean loadsNothing,
    boolean acceptsMissing) {

  public ReloadRequest {
    jobArguments = List.copyOf(jobArguments);
    settings = Map.copyOf(settings);
  }
}
