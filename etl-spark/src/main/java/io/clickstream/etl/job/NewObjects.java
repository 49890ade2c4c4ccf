package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadedHours;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Wants the slices that have an object which is not loaded; in a full visit also those with an hour
 * that only has to be marked as complete.
 *
 * <p>Unreadable and quarantined objects are not loaded, but they are not new either: a slice with
 * no others is wanted again only by a full visit. Their keys are kept from step to step, and no
 * others.
 *
 * <p>{@link RecentListings} decides whether a step lists all objects of its hours. If it lists only
 * some, its slices leave the hours incomplete, so that other runs list them again.
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
  private final RecentListings listings;

  /** The objects that were left behind when all were listed. */
  private final Map<Instant, NotLoaded> leftBehind = new HashMap<>();

  /** The objects that were left behind when only some were listed. */
  private final Map<Instant, NotLoaded> leftOfSome = new HashMap<>();

  /** The hours that may be incomplete: some of their objects were loaded, or a load failed. */
  private final Set<Instant> openHours = new HashSet<>();

  /** Whether the previous step left objects that it did not try to load. */
  private boolean hasUntried;

  /**
   * Creates the filters of a follower.
   *
   * @param stop ends a load before its next slice
   */
  NewObjects(StopSignal stop, RecentListings listings) {
    this.stop = stop;
    this.listings = listings;
  }

  /**
   * Returns the filter of one step.
   *
   * @param isFull whether the step visits all hours, so that objects which earlier steps left
   *     behind count as new
   * @param afterFault whether the step before may have missed objects
   */
  SliceFilter ofStep(RunSession session, Instant now, boolean isFull, boolean afterFault) {
    Optional<Instant> since = listings.begin(now);
    if (isFull) {
      leftBehind.clear();
      leftOfSome.clear();
      // Hours that are still incomplete are read from the ledger.
      openHours.clear();
    }
    boolean listsAll = isFull || afterFault || hasUntried;
    hasUntried = false;
    return new StepFilter(session, now, isFull, listsAll ? Optional.empty() : since);
  }

  private final class StepFilter implements SliceFilter {
    private final RunSession session;
    private final Instant now;
    private final boolean isFull;

    /** The time of the oldest ids that are listed; nothing if all are. */
    private final Optional<Instant> since;

    private final Map<Instant, NotLoaded> left;
    private final Map<Instant, NotLoaded> wanted = new HashMap<>();
    private final long startedAt = System.nanoTime();

    /** All hours of the last slice, also those without objects. */
    private List<Instant> hours = List.of();

    private Optional<Duration> listingTook = Optional.empty();
    private long listed;

    StepFilter(RunSession session, Instant now, boolean isFull, Optional<Instant> since) {
      this.session = session;
      this.now = now;
      this.isFull = isFull;
      this.since = since;
      this.left = since.isPresent() ? leftOfSome : leftBehind;
    }

    @Override
    public HourListing list(RawStore store, Instant hour, Instant listedAt, Runnable found)
        throws IOException {
      return since.isPresent()
          ? store.listSince(hour, listedAt, since.get(), found)
          : store.list(hour, listedAt, found);
    }

    /** Both recent hours are one slice, unless they have very many objects. */
    private void noteListing(Slice slice) {
      if (isFull || since.isPresent()) {
        return;
      }
      listed += slice.objectCount();
      if (listingTook.isEmpty()) {
        listingTook = Optional.of(Duration.ofNanos(System.nanoTime() - startedAt));
      }
      listings.listedAll(now, listed, listingTook.get());
    }

    private boolean isKnown(Instant hour, NotLoaded rest) {
      return rest.isWithin(leftBehind.get(hour)) || rest.isWithin(leftOfSome.get(hour));
    }

    @Override
    public boolean wants(Slice slice) {
      noteListing(slice);
      hours = slice.hours().stream().map(HourListing::hour).toList();
      wanted.clear();
      try {
        Map<Instant, HourKeys> loaded =
            LoadedHours.read(session.stagingConnection(), SliceObjects.hours(slice));
        Set<Instant> toClose = hoursToClose();
        boolean hasNews = false;
        for (HourListing hour : slice.hours()) {
          NotLoaded rest = NotLoaded.of(hour, loaded.getOrDefault(hour.hour(), HourKeys.NONE));
          hasNews |=
              toClose.contains(hour.hour()) || !rest.isEmpty() && !isKnown(hour.hour(), rest);
          if (rest.isEmpty()) {
            left.remove(hour.hour());
          } else {
            wanted.put(hour.hour(), rest);
          }
        }
        if (hasNews) {
          // Also a load that fails leaves its hours incomplete.
          openHours.addAll(wanted.keySet());
        }
        return hasNews;
      } catch (DatabaseException e) {
        throw RunSession.failed("read the ledger", e);
      }
    }

    /** Returns the hours that are wanted also without new objects, to be marked as complete. */
    private Set<Instant> hoursToClose() {
      if (isFull) {
        return new HashSet<>(LoadedHours.incomplete(session.stagingConnection()));
      }
      return since.isPresent() ? Set.of() : openHours;
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
        left.putAll(wanted);
      }
      if (since.isEmpty() && !rows.isEmpty()) {
        openHours.removeAll(hours);
      }
      hasUntried |= rows.isEmpty();
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
