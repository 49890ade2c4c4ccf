package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.DataFailure;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Loads hours of raw objects.
 *
 * <ol>
 *   <li><b>List</b> the hours ahead, and group them into slices ({@link SlicePlan}).
 *   <li><b>Load</b> one slice after another ({@link LoadSlice}); each is committed as a whole. The
 *       next slice is read and staged while one merges ({@link StagedSlices}).
 *   <li><b>Halve</b> a slice that fails on its data, and quarantine what it fails on ({@link
 *       LoadParts}).
 *   <li><b>List again</b> the hours of a slice in which objects have vanished, and load what has
 *       moved into packs meanwhile.
 *   <li><b>Continue</b> after a slice with unreadable objects, and after an hour that cannot be
 *       listed. The result names them.
 * </ol>
 */
final class LoadHours {

  /** The run ends after this number of unlisted hours in a row: the store is then at fault. */
  private static final int UNLISTED_HOURS_IN_A_ROW = 24;

  /** Up to so many hours, the time left is not worth the listing of their prefixes. */
  private static final int FEW_HOURS = 48;

  /** Number of the first slice of moved objects; those of a plan and parts have lower numbers. */
  private static final int FIRST_NUMBER_OF_MOVED = 2_000_000;

  private final RunSession session;
  private final RawStore store;
  private final ReadAndParse readAndParse;
  private final Clock clock;
  private final RunListener listener;
  private final SliceFilter filter;
  private final Slicing slicing;
  private final List<LedgerRow> loaded = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();
  private final LoadParts parts;
  private int movedSlices;

  /**
   * Creates a load.
   *
   * @param clock measures the pace of the run
   */
  LoadHours(RunSession session, RawStore store, ReadAndParse readAndParse, Clock clock) {
    this(session, store, readAndParse, clock, SliceFilter.ALL, Slicing.USUAL);
  }

  /**
   * Creates a load of all slices.
   *
   * @param slicing the size of slices, and whether they are staged ahead
   */
  LoadHours(
      RunSession session, RawStore store, ReadAndParse readAndParse, Clock clock, Slicing slicing) {
    this(session, store, readAndParse, clock, SliceFilter.ALL, slicing);
  }

  /**
   * Creates a load of some slices. If their choice depends on the loads before them, none may be
   * staged ahead.
   *
   * @param filter chooses the slices
   * @param slicing the size of slices
   */
  LoadHours(
      RunSession session,
      RawStore store,
      ReadAndParse readAndParse,
      Clock clock,
      SliceFilter filter,
      Slicing slicing) {
    this.slicing = slicing;
    this.session = session;
    this.store = store;
    this.readAndParse = readAndParse;
    this.clock = clock;
    this.filter = filter;
    this.listener = session.run().listener();
    this.parts = new LoadParts(session, part -> load(part, this::loadPacksFirst), this::addLoss);
  }

  /**
   * Loads the hours.
   *
   * @throws LoadException if no slice was loaded
   */
  EtlResult load(List<Instant> hours) throws IOException {
    Set<Instant> busy = busyHours(hours);
    Progress progress = new Progress(clock, hours.size(), busy.size());
    try {
      loadSlices(hours, busy, progress);
    } catch (IOException | RuntimeException e) {
      reportHoursLeft(hours, progress);
      throw e;
    }
    if (loaded.isEmpty()) {
      throw new LoadException(
          failures.isEmpty() ? "Cannot load: there is no hour to visit." : failures.get(0));
    }
    return new EtlResult(loaded, LedgerRow.total(loaded), failures);
  }

  /**
   * Loads the slices of some hours that the filter wants; there may be none.
   *
   * @throws IOException if nothing more can be loaded; {@link #rows} has what was loaded before
   */
  void loadWanted(List<Instant> hours) throws IOException {
    loadSlices(hours, Set.copyOf(hours), new Progress(clock, hours.size(), hours.size()));
  }

  /** Returns the ledger rows of the slices that were loaded. */
  List<LedgerRow> rows() {
    return loaded;
  }

  /** Returns one line per hour or slice that was not loaded and may be loaded later. */
  List<String> faults() {
    return faults;
  }

  /** Returns one line per object that is quarantined, and for objects that no part had room for. */
  List<String> losses() {
    return losses;
  }

  /** Returns the hours that have a prefix. */
  private Set<Instant> busyHours(List<Instant> hours) throws IOException {
    if (hours.size() <= FEW_HOURS) {
      return Set.copyOf(hours);
    }
    Set<Instant> busy = new HashSet<>(hours);
    busy.retainAll(store.hours(Collections.min(hours), Collections.max(hours)));
    return busy;
  }

  private void loadSlices(List<Instant> hours, Set<Instant> busy, Progress progress)
      throws IOException {
    // An hour is never divided, so a single one has no slice after it.
    if (!slicing.stagesAhead() || hours.size() < 2) {
      try (SlicePlan plan = plan(hours, session::serverTime)) {
        loadSlices(plan, plan, this::loadPacksFirst, busy, progress);
      }
      return;
    }
    SqlConnection ahead = session.openStagingConnection();
    try (SlicePlan plan = plan(hours, () -> RunSession.serverTime(ahead));
        StagedSlices staged = new StagedSlices(session.run(), ahead, plan, this::stage)) {
      loadSlices(staged, plan, slice -> staged.load().merge(), busy, progress);
    }
  }

  private SlicePlan plan(List<Instant> hours, Supplier<Instant> serverTime) {
    return new SlicePlan(
        (hour, listedAt, found) -> filter.list(store, hour, listedAt, found),
        hours,
        serverTime,
        slicing.sliceRecords());
  }

  private void loadSlices(
      Iterator<Slice> slices,
      SlicePlan plan,
      Function<Slice, LedgerRow> loader,
      Set<Instant> busy,
      Progress progress)
      throws IOException {
    int unlistedInARow = 0;
    while (slices.hasNext() && !filter.isStopped()) {
      try {
        Slice slice = slices.next();
        unlistedInARow = 0;
        long busyHours = slice.hours().stream().filter(hour -> busy.contains(hour.hour())).count();
        if (!filter.wants(slice)) {
          progress.add(slice.hours().size(), busyHours, 0);
          continue;
        }
        progress.add(slice.hours().size(), busyHours, recordsOf(slice, plan, loader));
      } catch (UnlistedHourException e) {
        if (++unlistedInARow == UNLISTED_HOURS_IN_A_ROW) {
          throw e;
        }
        addFault(e.getMessage());
        progress.add(1, 1, 0);
      }
      if (progress.hasHoursLeft()) {
        listener.message(progress.toString());
      }
    }
  }

  /** Loads a slice, in parts if it fails on its data; returns the number of records read. */
  private long recordsOf(Slice slice, SlicePlan plan, Function<Slice, LedgerRow> loader) {
    int slices = loaded.size();
    loadWholeOrInParts(slice, loader);
    List<LedgerRow> rows = loaded.subList(slices, loaded.size());
    filter.loaded(parts.areExhausted() ? List.of() : rows);
    long read = sum(rows, Count.RECORDS_READ);
    plan.fitTo(
        slice.mostRecords(),
        sum(rows, Count.RECORDS_LISTED),
        read,
        rows.stream().mapToDouble(row -> row.lockHeldSeconds().doubleValue()).sum());
    return read;
  }

  private static long sum(List<LedgerRow> rows, Count count) {
    return rows.stream().mapToLong(row -> row.get(count)).sum();
  }

  private void loadWholeOrInParts(Slice slice, Function<Slice, LedgerRow> loader) {
    try {
      load(slice, loader);
    } catch (LoadException e) {
      if (!DataFailure.is(e)) {
        throw e;
      }
      parts.load(slice, e);
    }
  }

  private void load(Slice slice, Function<Slice, LedgerRow> loader) {
    try {
      LedgerRow row = loader.apply(slice);
      loaded.add(row);
      listener.message(summary(row));
      listener.sliceLoaded(row);
      if (row.get(Count.VANISHED) > 0 && !slice.isPart()) {
        loadMoved(slice);
      }
    } catch (UnreadableObjectsException e) {
      addFault("slice " + slice.from() + " to " + slice.to() + ": " + e.getMessage());
    }
  }

  private LedgerRow loadPacksFirst(Slice slice) {
    return stage(slice, session.stagingConnection()).merge();
  }

  /**
   * Stages a slice. An object that is single and also in a pack is read from the pack; if that
   * fails, by itself.
   */
  private LoadSlice stage(Slice slice, SqlConnection connection) {
    boolean mayReadElsewhere =
        slice.hours().stream()
            .anyMatch(hour -> !hour.packs().isEmpty() && !hour.objects().isEmpty());
    boolean packsFirst = !mayReadElsewhere || !session.run().skipUnreadable();
    try {
      return stage(slice, connection, packsFirst);
    } catch (UnreadableObjectsException e) {
      if (!mayReadElsewhere) {
        throw e;
      }
      listener.message(e.getMessage() + " Reading objects outside of packs first.");
      return stage(slice, connection, false);
    }
  }

  private LoadSlice stage(Slice slice, SqlConnection connection, boolean packsFirst) {
    LoadSlice load = new LoadSlice(session, slice, packsFirst);
    load.stage(readAndParse, connection);
    return load;
  }

  /** Loads the hours of a slice that have a pack since it was listed. */
  private void loadMoved(Slice slice) {
    List<HourListing> moved = new ArrayList<>();
    for (HourListing hour : slice.hours()) {
      try {
        HourListing now = store.list(hour.hour(), session.serverTime());
        if (now.hasPacksBesides(hour)) {
          moved.add(now);
        }
      } catch (IOException e) {
        addFault(new UnlistedHourException(hour.hour(), e).getMessage());
      }
    }
    if (!moved.isEmpty()) {
      listener.message("objects of %d hours have moved into packs".formatted(moved.size()));
      loadWholeOrInParts(
          new Slice(FIRST_NUMBER_OF_MOVED + movedSlices++, moved), this::loadPacksFirst);
    }
  }

  private void addLoss(String loss) {
    failures.add(loss);
    losses.add(loss);
    listener.message(loss);
  }

  /** Adds a failure after which the same load may succeed later. */
  private void addFault(String fault) {
    failures.add(fault);
    faults.add(fault);
    if (filter.tellsFaults()) {
      listener.message(fault);
    }
  }

  /** The ledger has no row for hours that the run did not reach, so they are reported. */
  private void reportHoursLeft(List<Instant> hours, Progress progress) {
    List<Instant> left = hours.subList((int) progress.hoursDone(), hours.size());
    if (progress.hoursDone() > 0) {
      listener.message(
          "Not loaded: %d of %d hours, from %s on. Run the same command to continue."
              .formatted(left.size(), hours.size(), Collections.min(left)));
    }
  }

  private static String summary(LedgerRow row) {
    return "%s to %s: %,d records = %,d already loaded + %,d inserted + %,d duplicates + %,d rejected"
            .formatted(
                row.windowFrom(),
                row.windowTo(),
                row.get(Count.RECORDS_LISTED),
                row.get(Count.ALREADY_LOADED),
                row.get(Count.INSERTED),
                row.get(Count.DUPLICATES),
                row.get(Count.REJECTED))
        + rare(row, Count.ERASED, "erased")
        + rare(row, Count.CLOSED, "closed")
        + rare(row, Count.VANISHED, "vanished")
        + rare(row, Count.UNREADABLE, "unreadable")
        + rare(row, Count.QUARANTINED, "quarantined")
        + timesOf(row)
        + row.longestDelay()
            .filter(delay -> row.mode().equals(Window.Follow.MODE))
            .map(delay -> ", committed %s after reception".formatted(Progress.inWords(delay)))
            .orElse("");
  }

  private static String rare(LedgerRow row, Count count, String word) {
    return row.get(count) == 0 ? "" : " + %,d %s".formatted(row.get(count), word);
  }

  /** Returns the seconds of a slice that has changed the warehouse, and the marts' part of them. */
  private static String timesOf(LedgerRow row) {
    double marts = row.seconds(Stage.MARTS.key());
    double all = row.stageSeconds().values().stream().mapToDouble(BigDecimal::doubleValue).sum();
    return marts == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", in %.1f s (marts %.1f s, lock held %.1f s)",
            all,
            marts,
            row.lockHeldSeconds());
  }
}
