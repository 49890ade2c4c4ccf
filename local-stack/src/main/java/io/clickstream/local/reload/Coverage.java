package io.clickstream.local.reload;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Warehouse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The raw objects that one warehouse has loaded and another one has not.
 *
 * @param objects their number
 * @param firstHour the hour of the first one; absent without one
 */
record Coverage(long objects, Optional<Instant> firstHour) {

  private static final int HOURS_TOGETHER = 24;

  /** Returns the objects of a warehouse that another one has not loaded. */
  static Coverage missing(Warehouse of, Warehouse in) {
    try (SqlConnection complete = SqlConnection.open(of);
        SqlConnection other = SqlConnection.open(in)) {
      List<Instant> hours = LoadedHours.all(complete);
      long objects = 0;
      Instant first = null;
      for (int i = 0; i < hours.size(); i += HOURS_TOGETHER) {
        List<Instant> some = hours.subList(i, Math.min(hours.size(), i + HOURS_TOGETHER));
        Map<Instant, HourKeys> wanted = LoadedHours.read(complete, some);
        Map<Instant, HourKeys> found = LoadedHours.read(other, some);
        for (Instant hour : some) {
          long missing =
              wanted
                  .getOrDefault(hour, HourKeys.NONE)
                  .objectsNotIn(found.getOrDefault(hour, HourKeys.NONE));
          first = first == null && missing > 0 ? hour : first;
          objects += missing;
        }
      }
      return new Coverage(objects, Optional.ofNullable(first));
    }
  }
}
