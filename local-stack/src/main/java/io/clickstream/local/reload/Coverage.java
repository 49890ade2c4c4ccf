package io.clickstream.local.reload;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Warehouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The raw objects that one warehouse has loaded and another one has not.
 *
 * @param objects their number
 * @param hours their hours, ascending
 */
record Coverage(long objects, List<Instant> hours) {

  private static final int HOURS_TOGETHER = 24;

  /** Marks the hours, so that the next run on a warehouse which lacks the objects visits them. */
  void markIncomplete(Warehouse in) {
    try (SqlConnection connection = SqlConnection.open(in)) {
      // No listing of such an hour is known.
      LoadedHours.markIncomplete(
          connection,
          hours.stream().collect(Collectors.toMap(Function.identity(), hour -> Instant.EPOCH)));
    }
  }

  /** Returns the objects of a warehouse that another one has not loaded. */
  static Coverage missing(Warehouse of, Warehouse in) {
    return missing(of, in, (complete, hour, keys) -> keys);
  }

  /**
   * Returns the same without the objects whose records are all erased. A purge may have deleted
   * them, and no row comes from them.
   */
  static Coverage missingAndNotErased(Warehouse of, Warehouse in) {
    return missing(
        of,
        in,
        (complete, hour, keys) -> keys.without(Erasures.erasedObjects(complete, hour, keys)));
  }

  @FunctionalInterface
  private interface Expected {
    HourKeys of(SqlConnection complete, Instant hour, HourKeys loaded);
  }

  private static Coverage missing(Warehouse of, Warehouse in, Expected expected) {
    try (SqlConnection complete = SqlConnection.open(of);
        SqlConnection other = SqlConnection.open(in)) {
      List<Instant> hours = LoadedHours.all(complete);
      long objects = 0;
      List<Instant> missingHours = new ArrayList<>();
      for (int i = 0; i < hours.size(); i += HOURS_TOGETHER) {
        List<Instant> some = hours.subList(i, Math.min(hours.size(), i + HOURS_TOGETHER));
        Map<Instant, HourKeys> wanted = LoadedHours.read(complete, some);
        Map<Instant, HourKeys> found = LoadedHours.read(other, some);
        for (Instant hour : some) {
          HourKeys loaded = wanted.getOrDefault(hour, HourKeys.NONE);
          HourKeys theirs = found.getOrDefault(hour, HourKeys.NONE);
          // Most hours lack nothing, and need no query.
          long missing =
              loaded.objectsNotIn(theirs) == 0
                  ? 0
                  : expected.of(complete, hour, loaded).objectsNotIn(theirs);
          if (missing > 0) {
            missingHours.add(hour);
            objects += missing;
          }
        }
      }
      return new Coverage(objects, List.copyOf(missingHours));
    }
  }
}
