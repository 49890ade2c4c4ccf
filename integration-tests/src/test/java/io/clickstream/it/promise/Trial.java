package io.clickstream.it.promise;

import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.it.promise.FaultyConnections.Fault;
import io.clickstream.it.promise.FaultyConnections.Message;
import io.clickstream.it.promise.PromiseWarehouse.Collation;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Many histories, loaded step by step into one warehouse: raw objects come in waves, each followed
 * by runs over some of the hours, whole ones and such that break off.
 *
 * <ul>
 *   <li>After each successful run, the warehouse is what {@link Model} makes of the objects that
 *       successful runs have covered.
 *   <li>After each one that broke off, it is what it was before; or, should the commit have
 *       happened, as if the run had been successful.
 *   <li>In the end, all objects covered, its tables are byte for byte those of another warehouse
 *       that has loaded a copy of the objects in one run. The copy lacks the records that were to
 *       be erased.
 * </ul>
 *
 * A trial is reproducible from its seed, but for the instant at which a dying connection is
 * noticed.
 */
final class Trial {

  /** One step of a trial: a wave of objects and what happens to them. */
  interface Step {
    void take(Trial trial) throws Exception;
  }

  /** Counts the steps of trials. */
  static final class Tally {
    private final Map<String, Integer> crashes = new TreeMap<>();
    private int trials;
    private int histories;
    private int records;
    private int runs;
    private int packings;
    private int erasings;
    private int closings;

    private void crashed(String how) {
      crashes.merge(how, 1, Integer::sum);
    }

    Set<String> crashes() {
      return crashes.keySet();
    }

    int closings() {
      return closings;
    }

    @Override
    public String toString() {
      return "%,d histories (%,d records) in %,d trials, %,d runs, %,d packings, %,d erasure requests, %,d closings, %,d crashes %s"
          .formatted(
              histories,
              records,
              trials,
              runs,
              packings,
              erasings,
              closings,
              crashes.values().stream().mapToInt(Integer::intValue).sum(),
              crashes);
    }
  }

  /** Thrown by a watcher to let the run die. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static void now() {
      throw new Crash();
    }
  }

  /**
   * Where a trial takes place: two warehouses that order text differently, and a way to the first
   * one that may fail.
   */
  private record Site(
      PromiseWarehouse warehouse, PromiseWarehouse reference, FaultyConnections connections)
      implements AutoCloseable {

    static Site open(Random random) throws SQLException, IOException {
      boolean dictionary = random.nextBoolean();
      PromiseWarehouse warehouse =
          PromiseWarehouse.create(dictionary ? Collation.DICTIONARY : Collation.BYTES);
      return new Site(
          warehouse,
          PromiseWarehouse.create(dictionary ? Collation.BYTES : Collation.DICTIONARY),
          new FaultyConnections(TestWarehouses.server().port(), warehouse::endBackends));
    }

    @Override
    public void close() throws SQLException, IOException {
      connections.close();
      warehouse.close();
      reference.close();
    }
  }

  private static final JobUnderTest.Watcher NOBODY = new JobUnderTest.Watcher() {};

  /**
   * Days begin in the middle of a UTC hour in some; in one of them clocks go by half an hour. Java
   * and PostgreSQL know the same rules of these zones, so that {@link Model} may use Java's.
   */
  private static final List<String> ZONES =
      List.of("Asia/Ho_Chi_Minh", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");

  private static final String LISTED = "PLAN";
  private static final String STAGED = "READ_PARSE_STAGE";
  private static final String COMPUTED = "SESSIONIZE";
  private static final String HOLDING_THE_LOCK = "WAIT_FOR_LOCK";
  private static final String QUEUES = "another run is loading";

  /** Fewer than any run has; runs that meet no fault tell. */
  private static final int MESSAGES_GUESSED = 60;

  private final JobUnderTest job;
  private final Path folder;
  private final Random random;
  private final Tally tally;
  private final Set<String> covered = new HashSet<>();

  /** The covered objects of which {@link #closed} knows the late records. */
  private final Set<String> accounted = new HashSet<>();

  private Closed closed = Closed.NOTHING;
  private final List<Erasing> erasings = new ArrayList<>();
  private final PromiseWarehouse warehouse;
  private final PromiseWarehouse reference;
  private final FaultyConnections connections;
  private ArrivingObjects raw;
  private Duration gap;
  private ZoneId zone;
  private long messages = MESSAGES_GUESSED;

  /** Runs a trial, and returns if everything holds. */
  static void run(
      JobUnderTest job, Path folder, long seed, int histories, List<Step> steps, Tally tally)
      throws Exception {
    Random random = new Random(seed);
    try (Site site = Site.open(random)) {
      Trial trial = new Trial(job, site, folder, random, tally);
      trial.prepare(histories, steps.size());
      for (Step step : steps) {
        step.take(trial);
      }
      trial.finish();
    }
  }

  private Trial(JobUnderTest job, Site site, Path folder, Random random, Tally tally) {
    this.job = job;
    this.warehouse = site.warehouse();
    this.reference = site.reference();
    this.connections = site.connections();
    this.folder = folder;
    this.random = random;
    this.tally = tally;
  }

  private void prepare(int histories, int waves) {
    chooseRules();
    RawObjects rawObjects = new RawObjects(random);
    List<RawObject> objects = rawObjects.pack(new Histories(random, gap).generate(histories));
    raw = new ArrivingObjects(folder.resolve("raw"), random, objects, rawObjects.hours(), waves);
    tally.trials++;
    tally.histories += histories;
    tally.records += objects.stream().mapToInt(object -> object.records().size()).sum();
  }

  /** Returns one step of each kind. */
  static List<Step> everyStep(JobUnderTest job) {
    List<Step> steps =
        new ArrayList<>(
            List.of(
                Trial::load,
                Trial::load,
                trial -> trial.overlap(true),
                Trial::overtake,
                Trial::vanish));
    for (String stage : job.stages()) {
      steps.add(trial -> trial.crashAt(stage));
    }
    steps.addAll(
        List.of(
            Trial::pack,
            Trial::catchUp,
            Trial::packWhileLoading,
            Trial::erase,
            Trial::eraseAndCrash,
            Trial::eraseWhileLoading,
            Trial::eraseWhileFollowing,
            Trial::loseCommit,
            Trial::rebuild,
            Trial::loseAnswerOfCommit,
            Trial::load));
    for (Fault fault : Fault.values()) {
      steps.add(trial -> trial.loseConnection(fault));
    }
    steps.addAll(List.of(trial -> trial.overlap(false), Trial::load));
    return steps;
  }

  /** Returns a few steps: loads, two of them beside another run, and erasure requests. */
  static List<Step> loads() {
    return List.of(
        Trial::load,
        Trial::erase,
        trial -> trial.overlap(false),
        Trial::load,
        Trial::overtake,
        Trial::erase,
        Trial::load,
        Trial::load);
  }

  private void chooseRules() {
    gap =
        random.nextInt(3) > 0
            ? Duration.ofMinutes(30)
            : any(List.of(Duration.ofHours(6), Duration.ofSeconds(1), Duration.ofMinutes(45)));
    zone = ZoneId.of(any(ZONES));
  }

  // ── steps ────────────────────────────────────────────────────────────────────────────────────

  /** A run over some hours, perhaps once more. */
  void load() throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.anyWindow();
    succeed(window, NOBODY, inSlices(window));
    if (random.nextInt(4) == 0) {
      succeed(window, NOBODY, warehouse.arguments());
    }
  }

  /**
   * A run that follows, while objects arrive in hours of any age and another run loads some of
   * them. Its visits of all hours find the old ones.
   */
  void follow() throws Exception {
    raw.nextWave();
    List<String> arguments = arguments(ArrivingObjects.following(), warehouse.arguments());
    Instant now = raw.anyHour().plus(Duration.ofMinutes(random.nextInt(60)));
    try (JobUnderTest.Follower follower = job.follow(arguments, now)) {
      for (int step = 0; step < 3; step++) {
        follower.stepAt(now);
        raw.ripple();
        now = now.plus(Duration.ofMinutes(random.nextInt(30)));
      }
      ArrivingObjects.Window beside = raw.anyWindow();
      requireBalanced(job.run(arguments(beside, warehouse.arguments()), NOBODY));
      follower.stepAt(now.plus(Duration.ofMinutes(30)));
      requireBalanced(follower.stop());
    }
    tally.runs += 2;
    covered.addAll(raw.keysIn(ArrivingObjects.everything()));
    warehouse.awaitIdle();
    requireCovered();
  }

  /** A run that dies when it has ended a stage. */
  void crashAt(String stage) throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    if (!breaksOff(window, atEndOf(stage, Crash::now), warehouse.arguments(), "at " + stage)) {
      throw new AssertionError("a run with new objects did not come to " + stage);
    }
    if (!stage.equals(LISTED)) {
      // Or a run that looks for what is new would not come back to an old hour.
      List<Instant> forgotten = new ArrayList<>(raw.hoursWithMoreThan(covered, window));
      forgotten.removeAll(warehouse.incompleteHours());
      requireNone("hours are not known to be incomplete", forgotten);
    }
    perhapsAgain(window);
  }

  /** A run that a connection fails at any message. */
  void loseConnection(Fault fault) throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    long at = 1 + random.nextLong(messages);
    connections.arm(fault, message -> message.number() == at);
    if (breaksOff(window, NOBODY, warehouse.arguments(connections.port()), fault.toString())) {
      perhapsAgain(window);
    } else {
      messages = connections.messages();
    }
  }

  /** A run whose commit never arrives. */
  void loseCommit() throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    connections.arm(Fault.LOSE_MESSAGE, Message::commitsSlice);
    Map<String, String> before = warehouse.dump();
    boolean failed =
        breaksOff(window, NOBODY, warehouse.arguments(connections.port()), "COMMIT lost");
    if (!failed || !warehouse.dump().equals(before)) {
      throw new AssertionError("a commit that never arrived was taken for one that did");
    }
    perhapsAgain(window);
  }

  /** A run whose commit is done, but not answered: it must find out and succeed. */
  void loseAnswerOfCommit() throws Exception {
    raw.nextWave();
    connections.arm(Fault.LOSE_ANSWER, Message::commitsSlice);
    succeed(raw.windowWithMoreThan(covered), NOBODY, warehouse.arguments(connections.port()));
    if (!connections.disarm()) {
      throw new AssertionError("no commit was seen");
    }
    messages = connections.messages();
    tally.crashed("COMMIT's answer lost");
  }

  /** Objects of some hours move into packs, or are copied there. */
  void pack() throws Exception {
    raw.nextWave();
    packSome(random.nextBoolean());
  }

  /** Objects move into packs after a run has listed them. */
  void packWhileLoading() throws Exception {
    raw.nextWave();
    succeed(
        raw.windowWithMoreThan(covered),
        atEndOf(LISTED, new Once(() -> packSome(true))),
        warehouse.arguments());
  }

  private void packSome(boolean deletes) throws Exception {
    ArrivingObjects.Window window = raw.windowToPack();
    List<String> arguments = new ArrayList<>(List.of("--raw", raw.uri(), "--pack"));
    arguments.addAll(window.arguments());
    if (deletes) {
      arguments.add("--delete-packed");
    }
    job.run(arguments, NOBODY);
    raw.notePacked(window);
    tally.packings++;
  }

  /** Objects that are gone when their turn to be read comes, and back later. */
  void vanish() throws Exception {
    raw.nextWave();
    List<RawObject> gone =
        Histories.shuffled(raw.objects(), random).stream()
            .filter(object -> !covered.contains(object.key()))
            .filter(raw::isUnpacked)
            .limit(3)
            .toList();
    gone.forEach(raw::forget);
    succeed(
        ArrivingObjects.everything(),
        atEndOf(
            LISTED,
            () -> {
              for (RawObject object : gone) {
                raw.delete(object);
              }
            }),
        warehouse.arguments());
    for (RawObject object : gone) {
      raw.put(object);
    }
  }

  /** A run that fails on some objects, and one that tries them again when the fault is mended. */
  void quarantine() throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    Set<String> keys = new HashSet<>(raw.keysIn(window));
    List<String> poison =
        Histories.shuffled(List.copyOf(keys), random).stream()
            .filter(key -> !covered.contains(key))
            .limit(2)
            .toList();
    warehouse.refuseEventsOf(poison);
    try {
      requireBalanced(job.run(arguments(window, warehouse.arguments()), NOBODY));
    } catch (IOException e) {
      if (!e.getMessage().contains("It is quarantined.")) {
        throw e;
      }
    }
    tally.runs++;
    warehouse.refuseEventsOf(List.of());
    // An object without a winning event is loaded.
    List<String> quarantined = warehouse.quarantinedObjects();
    keys.removeAll(quarantined);
    covered.addAll(keys);
    requireNone(
        "other objects are quarantined",
        quarantined.stream().filter(key -> !poison.contains(key)).toList());
    requireNone("the warehouse differs from the model", differences());
    tally.crashed("on data");
    List<String> again = new ArrayList<>(warehouse.arguments());
    again.add("--retry-quarantined");
    succeed(window, NOBODY, again);
    requireNone("objects are quarantined still", warehouse.quarantinedObjects());
  }

  /** A request, and a run of any kind that applies it. */
  void erase() throws Exception {
    raw.nextWave();
    Erasing erasing = nextErasing();
    if (random.nextBoolean()) {
      job.run(erasure(erasing.arguments(), warehouse.arguments()), NOBODY);
      tally.runs++;
      requireCovered();
    } else {
      erasing.write(requests());
    }
    succeed(raw.anyWindow(), NOBODY, warehouse.arguments());
  }

  /** A follower that erases in its next visit of all hours. Another run may be faster. */
  void eraseWhileFollowing() throws Exception {
    raw.nextWave();
    List<String> arguments = arguments(ArrivingObjects.following(), warehouse.arguments());
    Instant now = raw.anyHour();
    try (JobUnderTest.Follower follower = job.follow(arguments, now)) {
      follower.stepAt(now);
      nextErasing().write(requests());
      raw.ripple();
      follower.stepAt(now.plus(Duration.ofMinutes(29)));
      if (random.nextBoolean()) {
        job.run(erasure(List.of("--erase"), warehouse.arguments()), NOBODY);
        raw.ripple();
      }
      follower.stepAt(now.plus(Duration.ofMinutes(31)));
      requireBalanced(follower.stop());
    }
    tally.runs += 2;
    covered.addAll(raw.keysIn(ArrivingObjects.everything()));
    warehouse.awaitIdle();
    requireCovered();
  }

  /** A request that another run applies after a run has read and parsed its objects. */
  void eraseWhileLoading() throws Exception {
    raw.nextWave();
    Erasing erasing = nextErasing();
    succeed(
        raw.windowWithMoreThan(covered),
        atEndOf(
            STAGED,
            new Once(() -> job.run(erasure(erasing.arguments(), warehouse.arguments()), NOBODY))),
        warehouse.arguments());
    tally.runs++;
  }

  /** A request whose run dies at any stage or message, and one that goes on. */
  void eraseAndCrash() throws Exception {
    raw.nextWave();
    nextErasing().write(requests());
    boolean losesConnection = random.nextInt(3) == 0;
    String stage = any(job.stages());
    if (losesConnection) {
      long at = 1 + random.nextLong(messages);
      connections.arm(any(List.of(Fault.values())), message -> message.number() == at);
    }
    try {
      job.run(
          erasure(
              List.of("--erase"),
              losesConnection ? warehouse.arguments(connections.port()) : warehouse.arguments()),
          losesConnection ? NOBODY : atEndOf(stage, Crash::now));
    } catch (Exception e) {
      if (!isCrash(e) && !connections.disarm()) {
        throw e;
      }
      tally.crashed("erasing");
    }
    connections.disarm();
    tally.runs++;
    warehouse.awaitIdle();
    // Duplicates of erased events may still be missing. Nothing else may.
    requireNone("a check does not hold", warehouse.violations());
    succeed(raw.anyWindow(), NOBODY, warehouse.arguments());
  }

  /** The period before a random day is closed, and more objects come. */
  void close() throws Exception {
    raw.nextWave();
    close(step -> {});
    succeed(raw.anyWindow(), NOBODY, warehouse.arguments());
  }

  /** A closing that dies before a commit. Its next run goes on. */
  void closeAndCrash() throws Exception {
    raw.nextWave();
    int[] commitsLeft = {1 + random.nextInt(4)};
    Instant end = close(step -> crashAtLast(commitsLeft));
    succeed(raw.anyWindow(), NOBODY, warehouse.arguments());
    if (end != null) {
      warehouse.close(end, step -> {});
      requireCovered();
    }
  }

  private static void crashAtLast(int[] commitsLeft) {
    if (--commitsLeft[0] == 0) {
      Crash.now();
    }
  }

  /** A run that has computed its sessions when a period is closed. */
  void closeWhileLoading() throws Exception {
    raw.nextWave();
    succeed(
        raw.windowWithMoreThan(covered),
        atEndOf(COMPUTED, new Once(() -> close(step -> {}))),
        warehouse.arguments());
  }

  /** Closes a period. Returns its end, or null if no period can be closed. */
  private Instant close(Consumer<ClosePeriod.Step> beforeCommit) throws Exception {
    accountLate();
    Instant end = warehouse.endOfAPeriod(random, closed.end());
    if (end == null) {
      return null;
    }
    Closed after = Model.close(raw.objects(covered), erasings, closed, end, gap, zone);
    try {
      warehouse.close(end, beforeCommit);
    } catch (Crash e) {
      tally.crashed("closing");
      // The next closing removes the rows that this one has left.
      if (warehouse.isClosedBefore(end)) {
        warehouse.close(end, step -> {});
      } else {
        after = closed;
        end = null;
      }
    }
    closed = after;
    tally.closings++;
    return end;
  }

  /** Records of a closed period are left out of the rows when a run covers them. */
  private void accountLate() {
    Set<String> fresh = new HashSet<>(covered);
    fresh.removeAll(accounted);
    accounted.addAll(fresh);
    if (closed != Closed.NOTHING) {
      closed = closed.withLate(raw.objects(fresh), erasings);
    }
  }

  private Erasing nextErasing() {
    Erasing erasing = Erasing.any(random, raw.all());
    erasings.add(erasing);
    tally.erasings++;
    return erasing;
  }

  private Path requests() {
    return folder.resolve("erasures");
  }

  private List<String> erasure(List<String> ids, List<String> into) {
    List<String> arguments = new ArrayList<>(List.of("--raw", raw.uri()));
    arguments.addAll(ids);
    arguments.addAll(into);
    return arguments;
  }

  /** A run over what earlier ones left incomplete, of whatever age. */
  void catchUp() throws Exception {
    raw.nextWave();
    List<Instant> incomplete = warehouse.incompleteHours();
    succeed(
        new ArrivingObjects.Window(List.of("--since-last-run"), incomplete::contains),
        NOBODY,
        warehouse.arguments());
    requireNone("hours are incomplete still", warehouse.incompleteHours());
  }

  /** Other rules for sessions, at the second attempt: the first one dies. */
  void rebuild() throws Exception {
    raw.nextWave();
    Map<String, String> before = warehouse.dump();
    chooseRules();
    List<String> arguments = new ArrayList<>(warehouse.arguments());
    arguments.add("--rebuild");
    arguments.addAll(settings());
    try {
      job.run(arguments, atEndOf(any(List.of("SESSIONIZE", "MERGE", "MARTS")), Crash::now));
      throw new AssertionError("the rebuild went on");
    } catch (Crash e) {
      tally.crashed("rebuilding");
    }
    warehouse.awaitIdle();
    if (!warehouse.dump().equals(before)) {
      throw new AssertionError("a rebuild that died has changed something");
    }
    requireBalanced(job.run(arguments, NOBODY));
    tally.runs += 2;
    warehouse.awaitIdle();
    requireCovered();
  }

  /**
   * Two runs at once: the second lists when the first holds the lock, and more objects are there by
   * then; the first goes on when the second waits for it.
   */
  void overlap(boolean firstDies) throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    Set<String> ofFirst = raw.keysIn(window);
    Map<String, String> before = warehouse.dump();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch queued = new CountDownLatch(1);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<String> first =
          pool.submit(
              () ->
                  job.run(
                      arguments(window, warehouse.arguments()),
                      atEndOf(
                          HOLDING_THE_LOCK,
                          () -> {
                            held.countDown();
                            await(queued);
                            if (firstDies) {
                              throw new Crash();
                            }
                          })));
      await(held);
      raw.ripple();
      ArrivingObjects.Window second = raw.anyWindow();
      Set<String> ofSecond = raw.keysIn(second);
      String ledger =
          job.run(
              arguments(second, warehouse.arguments()),
              new JobUnderTest.Watcher() {
                @Override
                public void said(String line) {
                  if (line.contains(QUEUES)) {
                    queued.countDown();
                  }
                }
              });
      tally.runs += 2;
      requireBalanced(ledger);
      covered.addAll(ofSecond);
      if (firstDies) {
        requireCrash(first);
        tally.crashed("while another run waits");
      } else {
        requireBalanced(first.get());
        covered.addAll(ofFirst);
      }
    } finally {
      queued.countDown();
      pool.shutdown();
    }
    warehouse.awaitIdle();
    requireCovered();
    if (before.equals(warehouse.dump()) && !firstDies) {
      throw new AssertionError("two runs with new objects have changed nothing");
    }
  }

  /**
   * A run that has computed its sessions when another one, with objects of its own, begins and
   * ends.
   */
  void overtake() throws Exception {
    raw.nextWave();
    ArrivingObjects.Window window = raw.windowWithMoreThan(covered);
    Set<String> ofFirst = raw.keysIn(window);
    Set<String> ofSecond = new HashSet<>();
    Map<String, String> before = warehouse.dump();
    String ledger =
        job.run(
            arguments(window, warehouse.arguments()),
            atEndOf(
                COMPUTED,
                new Once(
                    () -> {
                      raw.ripple();
                      ArrivingObjects.Window second = raw.anyWindow();
                      ofSecond.addAll(raw.keysIn(second));
                      requireBalanced(job.run(arguments(second, warehouse.arguments()), NOBODY));
                    })));
    tally.runs += 2;
    requireBalanced(ledger);
    covered.addAll(ofFirst);
    covered.addAll(ofSecond);
    warehouse.awaitIdle();
    requireCovered();
    if (before.equals(warehouse.dump())) {
      throw new AssertionError("two runs with new objects have changed nothing");
    }
  }

  private static void requireCrash(Future<String> run) throws Exception {
    try {
      run.get();
      throw new AssertionError("the run went on");
    } catch (ExecutionException e) {
      if (!isCrash(e)) {
        throw e;
      }
    }
  }

  /** The rest of the objects, and all hours once more. */
  private void finish() throws Exception {
    raw.putRest();
    warehouse.awaitIdle();
    ArrivingObjects.Window all =
        random.nextBoolean() ? ArrivingObjects.everything() : raw.allHours();
    succeed(all, NOBODY, inSlices(all));
    warehouse.awaitIdle();
    requireNone("staging tables are left", warehouse.stagingTables());
    requireNone("hours are incomplete still", warehouse.incompleteHours());
    requireNone("the ledger is wrong", warehouse.ledgerFaults());
    if (closed != Closed.NOTHING) {
      // A single run over everything has no closed period. The model has told all rows.
      return;
    }

    // A folder of its own, so that the requests are not beside it.
    Path copy = folder.resolve("without").resolve("copy");
    raw.copyTo(copy, erasings);
    List<String> arguments = new ArrayList<>(List.of("--raw", copy.toUri().toString()));
    arguments.addAll(reference.arguments());
    arguments.addAll(raw.allHours().arguments());
    arguments.addAll(settings());
    requireBalanced(job.run(arguments, NOBODY));
    tally.runs++;
    Map<String, String> dump = warehouse.dump();
    Map<String, String> expected = reference.dump();
    // The other world does not know which records it lacks.
    dump.remove("erased_records");
    expected.remove("erased_records");
    requireEqual(dump, expected);
  }

  // ── runs ─────────────────────────────────────────────────────────────────────────────────────

  private void succeed(
      ArrivingObjects.Window window, JobUnderTest.Watcher watcher, List<String> into)
      throws Exception {
    Set<String> keys = raw.keysIn(window);
    requireBalanced(job.run(arguments(window, into), watcher));
    tally.runs++;
    covered.addAll(keys);
    requireCovered();
  }

  /** Returns true if the run failed as intended. The promise holds either way. */
  private boolean breaksOff(
      ArrivingObjects.Window window, JobUnderTest.Watcher watcher, List<String> into, String how)
      throws Exception {
    Map<String, String> before = warehouse.dump();
    Set<String> keys = raw.keysIn(window);
    tally.runs++;
    try {
      requireBalanced(job.run(arguments(window, into), watcher));
    } catch (Exception e) {
      if (!isCrash(e) && !connections.disarm()) {
        throw e;
      }
      tally.crashed(how);
      warehouse.awaitIdle();
      if (!warehouse.dump().equals(before)) {
        // Committed, though the driver could not learn of it.
        covered.addAll(keys);
      }
      requireCovered();
      return true;
    }
    connections.disarm();
    warehouse.awaitIdle();
    covered.addAll(keys);
    requireCovered();
    return false;
  }

  private void perhapsAgain(ArrivingObjects.Window window) throws Exception {
    if (random.nextInt(3) == 0) {
      succeed(window, NOBODY, warehouse.arguments());
    }
  }

  private List<String> arguments(ArrivingObjects.Window window, List<String> into) {
    List<String> arguments = new ArrayList<>(List.of("--raw", raw.uri()));
    arguments.addAll(into);
    arguments.addAll(window.arguments());
    arguments.addAll(settings());
    return arguments;
  }

  /** Returns the arguments of a run of one to about five slices, each staged ahead. */
  private List<String> inSlices(ArrivingObjects.Window window) {
    int records = raw.keysIn(window).size();
    List<String> arguments = new ArrayList<>(warehouse.arguments());
    arguments.addAll(
        List.of("--slice-records", Integer.toString(1 + records / (1 + random.nextInt(4)))));
    return arguments;
  }

  private List<String> settings() {
    return List.of("--session-gap", gap.toSeconds() + "s", "--timezone", zone.getId());
  }

  /** The action of a watcher at the end of a stage. */
  private interface Deed {
    void run() throws Exception;
  }

  /** An action that is done the first time only. */
  private static final class Once implements Deed {
    private final Deed deed;
    private boolean isDone;

    Once(Deed deed) {
      this.deed = deed;
    }

    @Override
    public void run() throws Exception {
      if (!isDone) {
        isDone = true;
        deed.run();
      }
    }
  }

  private static JobUnderTest.Watcher atEndOf(String which, Deed deed) {
    return new JobUnderTest.Watcher() {
      @Override
      public void ended(String stage) {
        if (stage.equals(which)) {
          try {
            deed.run();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
      }
    };
  }

  private static boolean isCrash(Throwable thrown) {
    for (Throwable reason = thrown; reason != null; reason = reason.getCause()) {
      if (reason instanceof Crash) {
        return true;
      }
    }
    return false;
  }

  private static void await(CountDownLatch turn) throws InterruptedException {
    if (!turn.await(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the other run did not come along");
    }
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  // ── what must hold ───────────────────────────────────────────────────────────────────────────

  private void requireCovered() throws SQLException {
    requireNone("the warehouse differs from the model", differences());
    requireNone("a check does not hold", warehouse.violations());
  }

  private List<String> differences() throws SQLException {
    accountLate();
    return warehouse
        .rows()
        .differences(Model.of(raw.objects(covered), erasings, closed, gap, zone));
  }

  private static void requireBalanced(String ledger) {
    if (!ledger.contains("\"balanced\":true")) {
      throw new AssertionError("not balanced: " + ledger);
    }
  }

  private static void requireNone(String what, List<?> found) {
    if (!found.isEmpty()) {
      throw new AssertionError(
          what + ":\n" + String.join("\n", found.stream().map(String::valueOf).toList()));
    }
  }

  private static void requireEqual(Map<String, String> dump, Map<String, String> expected) {
    for (String table : expected.keySet()) {
      List<String> lacking = new ArrayList<>(expected.get(table).lines().toList());
      lacking.removeAll(new HashSet<>(dump.get(table).lines().toList()));
      requireNone(table + " lacks rows of a single run over everything", lacking);
      if (!dump.get(table).equals(expected.get(table))) {
        throw new AssertionError(table + " has other rows than a single run over everything");
      }
    }
    if (!dump.keySet().equals(expected.keySet())) {
      throw new AssertionError("other tables: " + dump.keySet());
    }
  }
}
