package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.event.ErrorMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Loads a slice that failed on its data, without the objects that it fails on.
 *
 * <ol>
 *   <li><b>Halve</b> the slice: first by hours, then by those keys of an hour that are not loaded.
 *   <li><b>Load</b> each half. One that fails on its data is halved again.
 *   <li><b>Quarantine</b> an object that fails alone.
 *   <li><b>Close</b> each divided hour: all of its objects are loaded or in quarantine.
 * </ol>
 *
 * <p>A run loads at most {@link #MAX_PARTS} parts. What is left then stays incomplete. The next run
 * continues, and has less to halve.
 */
final class LoadParts {

  static final int MAX_PARTS = 64;

  /** Number of the first part; the slices of a plan have lower numbers. */
  private static final int FIRST_NUMBER = 1_000_000;

  private final RunSession session;
  private final Consumer<Slice> loader;
  private final Consumer<String> failures;
  private int parts;

  /**
   * Creates the loader of parts.
   *
   * @param loader loads a slice, and throws {@link LoadException} if that fails
   * @param failures receives a line for each quarantined object, and for what is left
   */
  LoadParts(RunSession session, Consumer<Slice> loader, Consumer<String> failures) {
    this.session = session;
    this.loader = loader;
    this.failures = failures;
  }

  /**
   * Loads the parts of a slice that failed.
   *
   * @throws LoadException if a part fails for another reason than its data
   */
  void load(Slice slice, LoadException failure) {
    session.run().listener().message(failure.getMessage() + " Loading it in parts.");
    try {
      divide(slice, failure);
    } catch (DatabaseException e) {
      throw RunSession.failed("quarantine objects of " + slice.from(), e);
    }
  }

  /** Returns true if the run has tried all the parts that it may. */
  boolean areExhausted() {
    return parts == MAX_PARTS;
  }

  /** Returns true if every object of the slice is now loaded or in quarantine. */
  private boolean divide(Slice slice, LoadException failure) {
    // A listed slice may have loaded objects; a half of one has none.
    boolean isAsListed = !slice.isPart() || !slice.hours().get(0).isWhole();
    if (slice.hours().size() == 1 && isAsListed) {
      return divideHour(slice, failure);
    }
    List<Slice> halves = slice.halves();
    if (halves.isEmpty()) {
      quarantine(slice, failure);
      return true;
    }
    boolean done = attempt(halves.get(0));
    return attempt(halves.get(1)) && done;
  }

  private boolean divideHour(Slice hour, LoadException failure) {
    Slice fresh = withoutLoaded(hour);
    boolean done = fresh.objectCount() == 0 || divide(fresh, failure);
    // There is nothing left to read: this records that the hour is complete, if it is whole.
    return done && attempt(hour);
  }

  private boolean attempt(Slice part) {
    if (parts == MAX_PARTS) {
      failures.accept(
          "Not loaded: %d objects of %s to %s, because the run has tried %d parts. Run it again."
              .formatted(part.objectCount(), part.from(), part.to(), MAX_PARTS));
      return false;
    }
    try {
      loader.accept(part.numbered(FIRST_NUMBER + parts++));
      return true;
    } catch (LoadException e) {
      if (!DataFailure.is(e)) {
        throw e;
      }
      return divide(part, e);
    }
  }

  private Slice withoutLoaded(Slice slice) {
    HourListing hour = slice.hours().get(0);
    Map<Instant, HourKeys> loaded =
        LoadedHours.read(session.stagingConnection(), List.of(hour.hour()));
    List<ListedObjects> fresh = SliceObjects.of(slice, loaded, true, line -> {}).without(loaded);
    return slice.part(
        fresh.isEmpty() ? hour.objects().subList(0, 0) : fresh.get(0), hour.ignored());
  }

  private void quarantine(Slice slice, LoadException failure) {
    String key = slice.hours().get(0).objects().get(0).key().relative();
    String error = ErrorMessage.ofInnermost(failure);
    Quarantine.add(session.stagingConnection(), key, slice.from(), error, session.run().attempt());
    failures.accept(
        "Cannot load %s: %s. It is quarantined. Use a version with the fault mended."
            .formatted(key, error));
  }
}
