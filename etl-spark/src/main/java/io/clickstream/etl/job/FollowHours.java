package io.clickstream.etl.job;

import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Loads whatever is new, step after step, until it is told to stop.
 *
 * <ol>
 *   <li><b>Erase</b>: every {@link #FULL_VISITS}, new erasure requests are applied.
 *   <li><b>List</b> the current hour and the one before, or only their newest objects if they are
 *       many ({@link RecentListings}). Every {@link #FULL_VISITS} all hours that may have new
 *       objects are listed, as by {@code --since-last-run}.
 *   <li><b>Load</b> the slices that have new objects ({@link NewObjects}), each as in any other run
 *       ({@link LoadSlice}). A step without any writes nothing.
 *   <li><b>Wait</b> until the next step is due. A step that takes longer is followed at once.
 *   <li><b>Wait longer</b> after a fault of the store, the database or an executor, and try again.
 *       The operator is told once, and once more when the fault has ended. Meanwhile each hour is a
 *       slice of its own, so that an unreadable object holds back its hour only. Hours that a visit
 *       of all hours could not load are visited again later and later, and the recent hours
 *       between.
 * </ol>
 *
 * <p>Faults of the first connection end the follower, since they are most likely mistakes in its
 * arguments. So do other settings than those of the warehouse, at any time.
 *
 * <p>Quarantined objects and malformed erasure requests do not end it. Its result names them as
 * failures, as that of any other run does.
 *
 * <p>Several followers and other runs may load the same hours at the same time: a slice leaves out
 * what another run has loaded since the listing.
 */
final class FollowHours implements AutoCloseable {

  static final Duration FULL_VISITS = Duration.ofMinutes(30);

  /** Time after which a visit that left hours behind is first repeated. It doubles each time. */
  private static final Duration FIRST_REPETITION = Duration.ofSeconds(1);

  /** The most failures that the result names: a follower may run for months. */
  private static final int MAX_FAILURES = 100;

  /** Measures the pace of long visits. The other clock is read once per step. */
  private static final Clock PACE = Clock.systemUTC();

  /** Opens connected runs, each with an id of its own. */
  @FunctionalInterface
  interface Sessions {

    /**
     * Opens a run.
     *
     * @param afterFault whether the login may have changed since the last one
     */
    RunSession open(boolean afterFault) throws IOException;
  }

  private final Window.Follow window;
  private final RawStore store;
  private final ReadAndParse withoutIds;
  private final Sessions sessions;
  private final Clock clock;
  private final RunListener listener;
  private final StopSignal stop;
  private final NewObjects newObjects;
  private final FaultPauses faults;
  private Optional<RunSession> session = Optional.empty();
  private final Set<String> failures = new LinkedHashSet<>();
  private Optional<LedgerRow> total = Optional.empty();
  private ReadAndParse readAndParse;
  private ErasedIds erasedIds = ErasedIds.none();
  private boolean isInFault;
  private Instant nextFullVisit = Instant.MIN;
  private boolean hasLeftHours;
  private Duration untilRepetition = FIRST_REPETITION;
  private long repeatAt;

  FollowHours(
      Window.Follow window,
      RawStore store,
      ReadAndParse readAndParse,
      Sessions sessions,
      Clock clock,
      RunListener listener,
      StopSignal stop,
      RecentListings listings) {
    this.window = window;
    this.store = store;
    this.withoutIds = readAndParse;
    this.readAndParse = readAndParse;
    this.sessions = sessions;
    this.clock = clock;
    this.listener = listener;
    this.stop = stop;
    this.newObjects = new NewObjects(stop, listings);
    this.faults = new FaultPauses(listener);
  }

  /**
   * Follows until it is told to stop.
   *
   * @param none the row of a follower that has loaded nothing
   * @return the total of all slices, without the row of each, and the first failures
   */
  EtlResult follow(LedgerRow none) throws IOException {
    openSession();
    store.requireRoot();
    while (!stop.isStopped()) {
      stop.await(step());
    }
    return result(none);
  }

  /** Returns the result of the steps until now. */
  EtlResult result(LedgerRow none) {
    return new EtlResult(List.of(), total.orElse(none), List.copyOf(failures));
  }

  /** Takes a step; returns the time until the next one. */
  Duration step() throws IOException {
    long startedAt = System.nanoTime();
    List<String> failed = List.of();
    boolean hasLoaded;
    boolean isFull = false;
    try {
      if (session.isEmpty()) {
        openSession();
      }
      Visit visit = visit(session.get());
      failed = visit.faults();
      hasLoaded = visit.hasLoaded();
      isFull = visit.isFull();
    } catch (SettingsMismatchException e) {
      throw e;
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      if (readAndParse.spark().sparkContext().isStopped()) {
        throw e;
      }
      failed = List.of(reason(e));
      hasLoaded = false;
    }
    if (hasLoaded || !failed.isEmpty()) {
      // A run's slices have numbers of their own, so the next step is another run.
      closeSession();
    }
    isInFault = !failed.isEmpty();
    Duration rest = window.every().minusNanos(System.nanoTime() - startedAt);
    if (failed.isEmpty()) {
      if (!hasLeftHours) {
        faults.end();
      }
      return rest;
    }
    Duration pause = faults.pause(failed.get(0));
    // The recent hours are next after a visit of all hours, and may be loaded.
    return hasLoaded || isFull ? rest : pause;
  }

  /** The result of a step. */
  private record Visit(boolean hasLoaded, boolean isFull, List<String> faults) {}

  private Visit visit(RunSession open) throws IOException {
    Instant now = clock.instant();
    boolean isFull = isFullVisitDue(now) || hasLeftHours && System.nanoTime() - repeatAt >= 0;
    List<Instant> hours =
        isFull ? window.hours(store, open.hoursToRevisit(), now) : window.recentHours(now);
    boolean hasErased = isFull && catchUpErasures(open);
    LoadHours load =
        new LoadHours(
            open,
            store,
            readAndParse,
            PACE,
            newObjects.ofStep(open, now, isFull, isInFault || hasLeftHours),
            isInFault || hasLeftHours ? Slicing.BY_HOUR : Slicing.IN_TURN);
    try {
      load.loadWanted(hours);
    } finally {
      load.rows().forEach(this::add);
      addFailures(load.losses());
    }
    if (isFull) {
      nextFullVisit = now.plus(FULL_VISITS);
      noteLeftHours(!load.faults().isEmpty());
    }
    return new Visit(hasErased || !load.rows().isEmpty(), isFull, load.faults());
  }

  /** A visit is also due after the clock was ahead: the next one might be far away. */
  private boolean isFullVisitDue(Instant now) {
    return !now.isBefore(nextFullVisit) || now.isBefore(nextFullVisit.minus(FULL_VISITS));
  }

  private void noteLeftHours(boolean hasLeft) {
    hasLeftHours = hasLeft;
    Duration twice = untilRepetition.multipliedBy(2);
    untilRepetition =
        !hasLeft ? FIRST_REPETITION : twice.compareTo(FULL_VISITS) < 0 ? twice : FULL_VISITS;
    repeatAt = System.nanoTime() + untilRepetition.toNanos();
  }

  /** Returns true if the ledger has a row of this step. */
  private boolean catchUpErasures(RunSession open) throws IOException {
    CatchUpErasures erasures = new CatchUpErasures(open, store, withoutIds, SlicePlan.MOST_RECORDS);
    try {
      readAndParse = erasures.catchUp(window.reconcile());
      erasedIds = open.erasedIds();
      return erasures.hasChanged();
    } finally {
      erasures.rows().forEach(this::add);
      addFailures(erasures.failures());
    }
  }

  /** A request that stays malformed fails at each visit, with the same line. */
  private void addFailures(List<String> lines) {
    lines.stream().limit(MAX_FAILURES - failures.size()).forEach(failures::add);
  }

  private void add(LedgerRow row) {
    total = Optional.of(total.map(sum -> sum.plus(row)).orElseGet(row::asTotal));
  }

  private static String reason(Exception e) {
    String text = ErrorMessage.of(e instanceof UncheckedIOException ? e.getCause() : e);
    return text.startsWith("Cannot ") ? text : "Cannot load: " + ErrorMessage.ofInnermost(e);
  }

  private void openSession() throws IOException {
    session = Optional.of(sessions.open(isInFault));
    session.get().requireSettings();
    // After a fault it may be another warehouse.
    session.get().readErasedIds(isInFault ? ErasedIds.none() : erasedIds);
    if (session.get().erasedIds() != erasedIds) {
      erasedIds = session.get().erasedIds();
      readAndParse = withoutIds.erasing(erasedIds);
    }
  }

  /** Closes the connection to the warehouse. */
  @Override
  public void close() {
    closeSession();
  }

  private void closeSession() {
    session.ifPresent(RunSession::close);
    session = Optional.empty();
  }
}
