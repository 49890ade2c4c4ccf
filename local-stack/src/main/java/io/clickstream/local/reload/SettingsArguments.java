package io.clickstream.local.reload;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The job's arguments that set rules. */
final class SettingsArguments {

  /** Their names. */
  static final List<String> NAMES =
      List.of("session-gap", "timezone", "own-hosts", "price-scale", "rejected-bytes-for");

  private SettingsArguments() {}

  /**
   * Returns the arguments: those that are given, and the stored settings for the others.
   *
   * @param given values by name
   * @param stored nothing before the first load of a warehouse: then the job's defaults apply
   */
  static List<String> of(Map<String, String> given, Optional<WarehouseSettings> stored) {
    Map<String, String> values = new LinkedHashMap<>();
    stored.ifPresent(
        settings -> {
          values.put("session-gap", settings.sessionGapSeconds() + "s");
          values.put("timezone", settings.reportingZone());
          values.put("own-hosts", String.join(",", settings.ownHosts()));
          values.put("price-scale", Integer.toString(settings.priceScale()));
          if (settings.rejectedBytesDays() > 0) {
            values.put("rejected-bytes-for", settings.rejectedBytesDays() + "d");
          }
        });
    values.putAll(given);
    List<String> arguments = new ArrayList<>();
    // An empty value counts as absent.
    values.forEach((name, value) -> arguments.addAll(List.of("--" + name, value)));
    return arguments;
  }

  /** Returns the settings of a run with these options. */
  static WarehouseSettings settings(EtlOptions options) {
    return WarehouseSettings.of(options.parseRules(), options.sessionRules());
  }
}
