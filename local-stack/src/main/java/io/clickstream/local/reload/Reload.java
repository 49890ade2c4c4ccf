package io.clickstream.local.reload;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Checks.Finding;
import io.clickstream.etl.warehouse.ClosingLock;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.local.diff.DiffText;
import io.clickstream.local.diff.Snapshot;
import io.clickstream.local.diff.WarehouseDiff;
import io.clickstream.local.reload.DatabaseUrl.Name;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Loads a second warehouse beside the first, and swaps them.
 *
 * <p>Each action can be repeated after it was ended in any way, and goes on where it was.
 */
public final class Reload implements AutoCloseable {

  private static final double BYTES_PER_GB = 1e9;

  /** Each attempt loads what came since the one before. */
  private static final int PROOF_ATTEMPTS = 10;

  /** A newer schema may need less than the old one, but hardly less than this part. */
  private static final double CLEARLY_TOO_LITTLE = 0.5;

  private final ReloadRequest request;
  private final Job job;
  private final Consumer<String> messages;
  private final Consumer<Step> observer;
  private final Names names;
  private final Name current;
  private final Name next;
  private final Server server;

  /**
   * Connects to the server of the warehouse.
   *
   * @param messages receives lines for the operator
   * @throws IllegalArgumentException if the URL of the warehouse names no database
   */
  public Reload(ReloadRequest request, Job job, Consumer<String> messages) {
    this(request, job, messages, step -> {});
  }

  Reload(ReloadRequest request, Job job, Consumer<String> messages, Consumer<Step> observer) {
    this(request, job, messages, observer, Names::ofReload);
  }

  private Reload(
      ReloadRequest request,
      Job job,
      Consumer<String> messages,
      Consumer<Step> observer,
      Function<Name, Names> naming) {
    DatabaseUrl url = DatabaseUrl.of(request.warehouse().jdbcUrl());
    this.request = request;
    this.job = job;
    this.messages = messages;
    this.observer = observer;
    this.names = naming.apply(new Name(url.database()));
    this.current = names.current();
    this.next = names.next();
    this.server = Server.open(url, request.warehouse());
  }

  /** Connects for a {@link #prove}, whose second warehouse has a name of its own. */
  static Reload forProof(ReloadRequest request, Job job, Consumer<String> messages) {
    return new Reload(request, job, messages, step -> {}, Names::ofProof);
  }

  /**
   * Makes the new warehouse, loads it, checks it, and tells what changes.
   *
   * @return nothing if it is still to be loaded by the job elsewhere
   * @throws LoadException if objects could not be loaded, or a check does not hold
   */
  public Optional<WarehouseDiff> load() throws IOException {
    Optional<NextWarehouse> made = loadAndCheck();
    if (made.isEmpty()) {
      return Optional.empty();
    }
    WarehouseDiff diff = compare();
    server.setState(next, State.READY);
    tellOwnObjects(made.get());
    return Optional.of(diff);
  }

  /**
   * Loads a second warehouse, compares, and drops it. The first one gets the new objects too.
   *
   * @throws LoadException if objects could not be loaded, a check does not hold, or new objects
   *     came again and again between the last loads of both
   */
  Proof prove() throws IOException {
    requireCurrent();
    if (server.exists(next)) {
      messages.accept("an earlier proof has left " + next);
      dropNext();
    }
    try {
      requireLoaded(current, "--since-last-run", "--reconcile");
      loadAndCheck();
      for (int attempt = 0; attempt < PROOF_ATTEMPTS; attempt++) {
        Optional<Proof> proof = proveIfBothHaveAllObjects();
        if (proof.isPresent()) {
          return proof.get();
        }
        requireLoaded(current, "--since-last-run");
      }
      throw new LoadException(
          "Cannot prove: new objects came before each comparison. Prove when fewer events come.");
    } finally {
      if (server.state(next).isPresent()) {
        dropNext();
      }
    }
  }

  /** Returns nothing if the second warehouse has loaded objects that came after the last load. */
  private Optional<Proof> proveIfBothHaveAllObjects() throws IOException {
    Warehouse old = server.warehouse(current);
    Warehouse loaded = server.warehouse(next);
    Snapshot before;
    MergeTransaction lock = lock();
    try {
      requireLoaded("--since-last-run");
      if (Coverage.missing(loaded, old).objects() > 0) {
        return Optional.empty();
      }
      before = Snapshot.open(old);
    } finally {
      close(lock);
    }
    messages.accept("comparing " + current + " with " + next);
    try (before;
        Snapshot after = Snapshot.open(loaded)) {
      return Optional.of(Proof.of(before, after));
    }
  }

  /** Returns the new warehouse, or nothing if the job is still to load it elsewhere. */
  private Optional<NextWarehouse> loadAndCheck() throws IOException {
    requireCurrent();
    EtlOptions options = options();
    boolean isNew = server.state(next).filter(state -> state != State.PREPARING).isEmpty();
    tellDisk(isNew);
    NextWarehouse made = new NextWarehouse(server, names, messages);
    made.prepare(SettingsArguments.settings(options));
    if (request.loadsNothing() && isNew) {
      messages.accept(
          "Load %s by the job with %s, then run this command again."
              .formatted(server.jdbcUrl(next), String.join(" ", settingsArguments())));
      return Optional.empty();
    }
    messages.accept("loading every hour into " + next);
    requireLoaded("--since-last-run", "--reconcile");
    closeAsCurrent();
    check();
    return Optional.of(made);
  }

  /** Closes the period that is closed in the current warehouse, up to a day of the new zone. */
  private void closeAsCurrent() {
    closedBefore(current)
        .ifPresent(
            end ->
                new ClosePeriod(server.warehouse(next), messages)
                    .close(connection -> Closings.beginOfDay(connection, end.toString())));
  }

  /** The current warehouse may have closed a later period since the new one was loaded. */
  private void closeWhatCurrentClosedSince() {
    Optional<Instant> closed = closedBefore(current);
    if (closed.isEmpty()) {
      return;
    }
    Instant end;
    try (SqlConnection connection = SqlConnection.open(server.warehouse(next))) {
      end = Closings.beginOfDay(connection, closed.get().toString());
    }
    if (closedBefore(next).filter(known -> !known.isBefore(end)).isEmpty()) {
      closeAsCurrent();
    }
  }

  private Optional<Instant> closedBefore(Name database) {
    try (SqlConnection connection = SqlConnection.open(server.warehouse(database))) {
      return Closings.closedBefore(connection);
    }
  }

  /**
   * Swaps the new warehouse in.
   *
   * @throws LoadException if it is not loaded, lacks objects of the old one, or sessions cannot be
   *     ended. Nothing has changed then
   */
  public void swap() throws IOException {
    requireCurrent();
    if (!server.state(next).equals(Optional.of(State.READY))) {
      Optional<Name> latest = server.before(names).stream().findFirst();
      if (!server.exists(next) && latest.isPresent()) {
        messages.accept(
            "Nothing to swap: %s was swapped in, and %s is the one before."
                .formatted(current, latest.get()));
        return;
      }
      throw new LoadException(
          "Cannot swap: %s is not loaded and checked. Run the reload without --swap first."
              .formatted(next));
    }
    tellOwnObjects(new NextWarehouse(server, names, messages));
    Name away;
    try (ClosingLock closings = ClosingLock.take(server.warehouse(current), "swap")) {
      // Without the lock of loads, so that those of the old one wait for the last objects only.
      requireLoaded("--since-last-run", "--reconcile");
      closeWhatCurrentClosedSince();
      closings.requireHeld();
      away = names.before(server.time());
      exchangeForLoaded(away);
    }
    messages.accept("%s is the new warehouse; the one before is %s".formatted(current, away));
    tellScheduleSettings();
  }

  private void exchangeForLoaded(Name away) throws IOException {
    MergeTransaction lock = lock();
    try {
      observer.accept(Step.LOCKED);
      requireLoaded("--since-last-run");
      requireCoverage();
      observer.accept(Step.LOADED);
      new Exchange(server, current, away, next, observer).run(State.BEFORE, lock);
    } finally {
      close(lock);
    }
  }

  /**
   * Swaps the warehouse before in again; the one of now becomes the one that may be swapped in.
   *
   * @throws LoadException if there is none
   */
  public void undo() {
    requireCurrent();
    Optional<Name> before = server.before(names).stream().findFirst();
    if (before.isEmpty()) {
      throw new LoadException(
          "Cannot undo: there is no warehouse before %s. It was not swapped.".formatted(current));
    }
    if (server.exists(next)) {
      throw new LoadException(
          "Cannot undo: %s exists. An undo or a reload has made it: see --swap and --drop-next."
              .formatted(next));
    }
    try (ClosingLock closings = ClosingLock.take(server.warehouse(current), "undo")) {
      closings.requireHeld();
      exchangeForBefore(before.get());
    }
    messages.accept(
        "%s is again what was %s; --swap swaps %s in again. The next run loads what came meanwhile"
            .formatted(current, before.get(), next));
    tellScheduleSettings();
  }

  private void exchangeForBefore(Name before) {
    MergeTransaction lock = lock();
    try {
      observer.accept(Step.LOCKED);
      // Its look-back may have passed hours that were loaded since the swap.
      Coverage.missing(server.warehouse(current), server.warehouse(before))
          .markIncomplete(server.warehouse(before));
      new Exchange(server, current, next, before, observer).run(State.READY, lock);
    } finally {
      close(lock);
    }
  }

  /** Drops the warehouses that were swapped out. */
  public void dropBefore() {
    List<Name> before = server.before(names);
    for (Name database : before) {
      server.drop(database);
      messages.accept("dropped " + database);
    }
    if (before.isEmpty()) {
      messages.accept("there is no warehouse before " + current);
    }
  }

  /**
   * Drops the warehouse that is being loaded.
   *
   * @throws LoadException if no reload has made it
   */
  public void dropNext() {
    if (!server.exists(next)) {
      messages.accept("there is no " + next);
      return;
    }
    if (server.state(next).isEmpty()) {
      throw new LoadException(
          "Cannot drop %s: no reload has made it. Drop it by DROP DATABASE.".formatted(next));
    }
    server.drop(next);
    messages.accept("dropped " + next);
  }

  private void requireCurrent() {
    if (!server.exists(current)) {
      throw new LoadException(
          "Cannot reload: there is no database %s. Give its name in --jdbc-url."
              .formatted(current));
    }
    if (server.state(current).isPresent()) {
      throw new LoadException(
          "Cannot reload %s: a reload has made it beside another warehouse. Give that one's name."
              .formatted(current));
    }
  }

  /** The settings of a reload that has begun stay; those of a new one are the current ones. */
  private List<String> settingsArguments() {
    return SettingsArguments.of(request.settings(), stored(next).or(() -> stored(current)));
  }

  private Optional<WarehouseSettings> stored(Name database) {
    boolean mayHave =
        database.equals(current)
            || server.state(database).filter(state -> state != State.PREPARING).isPresent();
    if (!mayHave) {
      return Optional.empty();
    }
    try (SqlConnection connection = SqlConnection.open(server.warehouse(database))) {
      return WarehouseSettings.read(connection);
    }
  }

  private List<String> arguments(Name into, String... window) {
    List<String> arguments = new ArrayList<>(request.jobArguments());
    arguments.addAll(List.of("--raw", request.raw().orElse("file:///")));
    arguments.addAll(
        List.of("--jdbc-url", server.jdbcUrl(into), "--db-user", request.warehouse().user()));
    arguments.addAll(settingsArguments());
    arguments.addAll(List.of(window));
    return arguments;
  }

  private EtlOptions options() {
    return EtlOptions.parse(
        arguments(next, "--since-last-run").toArray(String[]::new),
        Optional.ofNullable(request.warehouse().password()));
  }

  private void requireLoaded(String... window) throws IOException {
    requireLoaded(next, window);
  }

  private void requireLoaded(Name into, String... window) throws IOException {
    if (request.loadsNothing()) {
      return;
    }
    List<String> failures = job.load(arguments(into, window));
    if (!failures.isEmpty()) {
      throw new LoadException(
          "Cannot load all of %s: %d failures; the first: %s"
              .formatted(into, failures.size(), failures.get(0)));
    }
  }

  private void check() {
    List<Finding> findings =
        Checks.run(
            server.warehouse(next),
            finding -> {
              if (!finding.holds()) {
                messages.accept("check: " + finding);
              }
            });
    long holding = findings.stream().filter(Finding::holds).count();
    messages.accept("%d of %d checks hold on %s".formatted(holding, findings.size(), next));
    if (holding < findings.size()) {
      throw new LoadException(
          "Cannot use %s: %d checks do not hold. See the lines above."
              .formatted(next, findings.size() - holding));
    }
  }

  /** Compares both warehouses when both have the same objects, as far as the old one has them. */
  private WarehouseDiff compare() throws IOException {
    Warehouse old = server.warehouse(current);
    Warehouse loaded = server.warehouse(next);
    Snapshot before;
    MergeTransaction lock = lock();
    try {
      requireLoaded("--since-last-run");
      tellCoverage(
          "%s has %,d objects that %s has not loaded",
          Coverage.missingAndNotErased(old, loaded), current, next);
      tellCoverage(
          "%s has %,d objects that %s has not loaded yet",
          Coverage.missing(loaded, old), next, current);
      before = Snapshot.open(old);
    } finally {
      close(lock);
    }
    messages.accept("comparing " + current + " with " + next);
    try (before;
        Snapshot after = Snapshot.open(loaded)) {
      WarehouseDiff diff = WarehouseDiff.of(before, after, line -> {});
      messages.accept(DiffText.result(diff));
      return diff;
    }
  }

  private void tellCoverage(String message, Coverage missing, Name ofName, Name inName) {
    if (missing.objects() > 0) {
      messages.accept(
          String.format(Locale.ROOT, message, ofName, missing.objects(), inName)
              + ", the first of hour "
              + missing.hours().get(0));
    }
  }

  private void requireCoverage() {
    Coverage missing =
        Coverage.missingAndNotErased(server.warehouse(current), server.warehouse(next));
    if (missing.objects() == 0) {
      return;
    }
    String told =
        String.format(
            Locale.ROOT,
            "%s has %,d objects that %s has not loaded, the first of hour %s",
            current,
            missing.objects(),
            next,
            missing.hours().get(0));
    if (!request.acceptsMissing()) {
      throw new LoadException(
          "Cannot swap: %s. Load them; if they are gone from raw, --accept-missing swaps without them."
              .formatted(told));
    }
    messages.accept(told + ": they are left out");
  }

  private void tellDisk(boolean isNew) {
    long wanted = server.bytes(current);
    long present = isNew ? 0 : server.bytes(next);
    long needed = Math.max(0, wanted - present);
    OptionalLong free = server.freeBytes();
    messages.accept(
        String.format(
            Locale.ROOT,
            "%s takes %.2f GB on disk, and %s will take about as much: %.2f GB more; %s",
            current,
            wanted / BYTES_PER_GB,
            next,
            needed / BYTES_PER_GB,
            free.isPresent()
                ? String.format(Locale.ROOT, "%.2f GB are free", free.getAsLong() / BYTES_PER_GB)
                : "make sure that the server's disk has them, since this command cannot see it"));
    if (free.isPresent() && free.getAsLong() < CLEARLY_TOO_LITTLE * needed) {
      throw new LoadException(
          "Cannot reload: the server's disk has too little space for %s. Enlarge it."
              .formatted(next));
    }
  }

  private void tellOwnObjects(NextWarehouse made) {
    List<String> objects = made.ownObjects();
    if (!objects.isEmpty()) {
      messages.accept(
          "%s has %d tables and views of your own, which %s has not: %s"
              .formatted(
                  current,
                  objects.size(),
                  next,
                  String.join(", ", objects.subList(0, Math.min(10, objects.size())))));
    }
  }

  private void tellScheduleSettings() {
    messages.accept(
        "the schedule needs these arguments from now on: "
            + String.join(" ", SettingsArguments.of(Map.of(), stored(current))));
  }

  private MergeTransaction lock() {
    try {
      return new MergeTransaction(server.warehouse(current), messages);
    } catch (DatabaseException e) {
      throw new LoadException(
          "Cannot lock %s: %s. Nothing has changed. Run the same command again."
              .formatted(current, e.getMessage()),
          e);
    }
  }

  /** An exchange ends the session of the lock, and closing it again must not fail the swap. */
  private static void close(MergeTransaction lock) {
    try {
      lock.close();
    } catch (RuntimeException e) {
      // The server has ended the session, and with it the lock.
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
