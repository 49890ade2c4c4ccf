package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadedHours;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Wants the slices that have an object which is not loaded; in a full visit also those with an hour
 * that only has to be marked as complete.
 *
 * <p>Unreadable and quarantined objects are not loaded, but they are not new either: a slice with
 * no others is wanted again only by a full visit. Their keys are kept from step to step, and no
 * others.
 */
final class NewObjects {

  /** Objects of an hour that are not loaded. */
  private record NotLoaded(ListedObjects objects, ListedObjects packs) {

    static NotLoaded of(HourListing hour, HourKeys keys) {
      return new NotLoaded(
          hour.objects().filter(key -> !keys.contains(key)),
          hour.packs().files().filter(key -> !keys.contains(key)));
    }

    boolean isEmpty() {
      return objects.isEmpty() && packs.isEmpty();
    }

    boolean isWithin(NotLoaded other) {
      return other != null
          && objects.stream().allMatch(object -> other.objects.has(object.key()))
          && packs.stream().allMatch(pack -> other.packs.has(pack.key()));
    }
  }

  private final StopSignal stop;
  private final Map<Instant, NotLoaded> leftBehind = new HashMap<>();

  /**
   * Creates the filters of a follower.
   *
   * @param stop ends a load before its next slice
   */
  NewObjects(StopSignal stop) {
    this.stop = stop;
  }

  /**
   * Returns the filter of one step.
   *
   * @param isFull whether the step visits all hours, so that objects which earlier steps left
   *     behind count as new
   */
  SliceFilter ofStep(RunSession session, boolean isFull) {
    if (isFull) {
      leftBehind.clear();
    }
    return new StepFilter(session, isFull);
  }

  private final class StepFilter implements SliceFilter {
    private final RunSession session;
    private final boolean isFull;
    private final Map<Instant, NotLoaded> wanted = new HashMap<>();

    StepFilter(RunSession session, boolean isFull) {
      this.session = session;
      this.isFull = isFull;
    }

    @Override
    public boolean wants(Slice slice) {
      wanted.clear();
      try {
        Map<Instant, HourKeys> loaded =
            LoadedHours.read(session.stagingConnection(), SliceObjects.hours(slice));
        Set<Instant> incomplete =
            isFull ? new HashSet<>(LoadedHours.incomplete(session.stagingConnection())) : Set.of();
        boolean hasNews = false;
        for (HourListing hour : slice.hours()) {
          NotLoaded rest = NotLoaded.of(hour, loaded.getOrDefault(hour.hour(), HourKeys.NONE));
          hasNews |=
              rest.isEmpty()
                  ? incomplete.contains(hour.hour())
                  : !rest.isWithin(leftBehind.get(hour.hour()));
          if (rest.isEmpty()) {
            leftBehind.remove(hour.hour());
          } else {
            wanted.put(hour.hour(), rest);
          }
        }
        return hasNews;
      } catch (DatabaseException e) {
        throw RunSession.failed("read the ledger", e);
      }
    }

    @Override
    public void loaded(List<LedgerRow> rows) {
      boolean leftSome =
          rows.stream()
              .anyMatch(
                  row ->
                      row.get(Count.UNREADABLE) + row.get(Count.QUARANTINED) > 0
                          || row.get(Count.RECORDS_READ) == 0);
      if (leftSome) {
        leftBehind.putAll(wanted);
      }
      wanted.clear();
    }

    @Override
    public boolean isStopped() {
      return stop.isStopped();
    }

    @Override
    public boolean tellsFaults() {
      return false;
    }
  }
}
