package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.source.CopyIntoPacks;
import io.clickstream.etl.source.ErasureRequests;
import io.clickstream.etl.source.PurgeRecords;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the job that a request asks for.
 *
 * <ul>
 *   <li>{@link LoadHours} loads raw objects, slice by slice, each by {@link LoadSlice}. {@link
 *       CatchUpErasures} comes before it.
 *   <li>{@link Erase} writes an erasure request, which is then applied at once.
 *   <li>{@link FollowHours} does so again and again, until it is told to stop.
 *   <li>{@link RebuildSessionsAndMarts} computes sessions and marts again.
 *   <li>{@link DryRun} reads and parses only.
 *   <li>{@link PackHours} packs raw objects.
 *   <li>{@link ClosePeriod} closes old periods.
 *   <li>{@link PlanHours} tells what there is to load, and loads nothing.
 * </ul>
 */
public final class EtlJob {

  private static final String VERSION = versionOfJar();

  private final SparkSession spark;
  private final JobRequest request;
  private final Clock clock;
  private final RunListener listener;
  private final StopSignal stop;

  /**
   * Creates a job.
   *
   * @param clock determines the hours of {@code --since-last-run} and {@code --follow}; no row of
   *     the warehouse depends on it
   * @param listener receives progress and the ends of stages
   * @param stop ends {@code --follow}; other runs end by themselves
   */
  public EtlJob(
      SparkSession spark, JobRequest request, Clock clock, RunListener listener, StopSignal stop) {
    this.spark = spark;
    this.request = request;
    this.clock = clock;
    this.listener = listener;
    this.stop = stop;
  }

  /** Runs the job. */
  public EtlResult run() throws IOException {
    Configuration hadoop =
        S3Defaults.set(spark.sparkContext().hadoopConfiguration(), request.awsRegion());
    if (request.dryRun()) {
      RawStore store = new RawStore(request.raw().orElseThrow(), hadoop);
      store.requireRoot();
      return dryRun(store);
    }
    if (request.packing().isPresent()) {
      return pack(new RawStore(request.raw().orElseThrow(), hadoop), request.packing().get());
    }
    if (request.plansOnly()) {
      return plan(new RawStore(request.raw().orElseThrow(), hadoop), hadoop);
    }
    if (request.erasing().isPresent()) {
      RawStore store = new RawStore(request.raw().orElseThrow(), hadoop);
      return erase(store, request.warehouse().orElseThrow().open(hadoop));
    }
    if (request.window() instanceof Window.Follow window) {
      return follow(new RawStore(request.raw().orElseThrow(), hadoop), window, hadoop);
    }
    EtlResult result;
    Warehouse warehouse;
    if (request.window() instanceof Window.Rebuild) {
      warehouse = request.warehouse().orElseThrow().open(hadoop);
      result = rebuild(warehouse);
    } else if (request.window() instanceof Window.Close window) {
      warehouse = request.warehouse().orElseThrow().open(hadoop);
      result = close(warehouse, window);
    } else {
      RawStore store = new RawStore(request.raw().orElseThrow(), hadoop);
      warehouse = request.warehouse().orElseThrow().open(hadoop);
      result = load(store, warehouse);
    }
    if (request.check()) {
      Checks.require(warehouse, finding -> listener.message("check: " + finding));
    }
    return result;
  }

  private EtlResult load(RawStore store, Warehouse warehouse) throws IOException {
    try (RunSession session = open(warehouse)) {
      store.requireRoot();
      CatchUpErasures erasures =
          new CatchUpErasures(
              session,
              store,
              readAndParse(store, request.parseRules()),
              request.slicing().sliceRecords());
      ReadAndParse readAndParse =
          erasures.catchUp(
              request.window() instanceof Window.SinceLastRun since && since.reconcile());
      List<Instant> hours =
          request.window().hours(store, session.hoursToRevisit(), clock.instant());
      return new LoadHours(session, store, readAndParse, clock, request.slicing())
          .load(request.newestFirst() ? reversed(hours) : hours)
          .and(erasures.rows(), erasures.failures());
    }
  }

  private EtlResult erase(RawStore store, Warehouse warehouse) throws IOException {
    Instant startedAt = clock.instant();
    try (RunSession opened = open(warehouse)) {
      store.requireRoot();
      RunSession session = opened.withStoredRules();
      Erase erase =
          new Erase(session, new ErasureRequests(store), request.erasing().orElseThrow(), clock);
      Optional<UUID> requestId = erase.writeRequest();
      ParseRules rules = session.run().settings().parseRules();
      CatchUpErasures erasures =
          new CatchUpErasures(
              session, store, readAndParse(store, rules), request.slicing().sliceRecords());
      erasures.catchUp(true);
      Optional<PurgeRecords.Outcome> purged = erase.purge(store);
      List<String> failures = new ArrayList<>(erasures.failures());
      purged.ifPresent(outcome -> failures.addAll(outcome.failures()));
      return new EtlResult(
          erasures.rows(),
          withoutCounts("erase", List.of(), startedAt),
          failures,
          Optional.of(erase.certificate(requestId, purged)));
    }
  }

  private EtlResult follow(RawStore store, Window.Follow window, Configuration hadoop)
      throws IOException {
    // The other clock is read once per step, and by nothing else.
    Instant startedAt = Instant.now();
    try (FollowHours follower =
        new FollowHours(
            window,
            store,
            readAndParse(store, request.parseRules()),
            new FollowerSessions(hadoop),
            clock,
            listener,
            stop,
            new RecentListings())) {
      return follower.follow(withoutCounts(window.mode(), List.of(), startedAt));
    }
  }

  /** Looks up the login of the warehouse at first, and again after a fault. */
  private final class FollowerSessions implements FollowHours.Sessions {
    private final Configuration hadoop;
    private Optional<Warehouse> warehouse = Optional.empty();

    FollowerSessions(Configuration hadoop) {
      this.hadoop = hadoop;
    }

    @Override
    public RunSession open(boolean afterFault) throws IOException {
      if (afterFault || warehouse.isEmpty()) {
        warehouse = Optional.of(request.warehouse().orElseThrow().open(hadoop));
      }
      return EtlJob.this.open(warehouse.get());
    }
  }

  private static List<Instant> reversed(List<Instant> hours) {
    List<Instant> reversed = new ArrayList<>(hours);
    Collections.reverse(reversed);
    return reversed;
  }

  private EtlResult rebuild(Warehouse warehouse) {
    try (RunSession session = open(warehouse)) {
      LedgerRow row = new RebuildSessionsAndMarts(session).rebuild(request.rebuiltSettings());
      return new EtlResult(List.of(row), row, List.of());
    }
  }

  private EtlResult close(Warehouse warehouse, Window.Close window) {
    Instant startedAt = clock.instant();
    Optional<ClosePeriod.Result> closed =
        new ClosePeriod(warehouse, listener::message)
            .close(connection -> Closings.beginOfDay(connection, window.keptDays()));
    LedgerRow none = withoutCounts(window.mode(), List.of(), startedAt);
    return new EtlResult(List.of(), none, List.of(), closed.map(JobReport.class::cast));
  }

  private EtlResult dryRun(RawStore store) throws IOException {
    return new DryRun(
            store, readAndParse(store, request.parseRules()), settings(), VERSION, clock, listener)
        .count(request.window().hours(store, List.of(), clock.instant()));
  }

  private EtlResult pack(RawStore store, JobRequest.Packing packing) throws IOException {
    store.requireRoot();
    Instant startedAt = clock.instant();
    List<Instant> hours = request.window().hours(store, List.of(), startedAt);
    int fetches = ReadAndParse.fetches(request.fetchConcurrency(), store);
    CopyIntoPacks objects = new CopyIntoPacks(store, fetches, packing.deletesPacked());
    PackResult packed = new PackHours(spark, store, objects, clock, listener).pack(hours);
    LedgerRow none = withoutCounts("pack", hours, startedAt);
    return new EtlResult(List.of(), none, packed.outcome().failures(), Optional.of(packed));
  }

  private EtlResult plan(RawStore store, Configuration hadoop) throws IOException {
    store.requireRoot();
    Instant startedAt = clock.instant();
    if (request.warehouse().isEmpty()) {
      List<Instant> hours = request.window().hours(store, List.of(), startedAt);
      return planned(PlanHours.withoutWarehouse(store, clock).plan(hours), hours, startedAt);
    }
    try (RunSession session = open(request.warehouse().get().open(hadoop))) {
      List<Instant> hours = request.window().hours(store, session.hoursToRevisit(), startedAt);
      return planned(new PlanHours(store, session, clock).plan(hours), hours, startedAt);
    }
  }

  private EtlResult planned(HoursPlan plan, List<Instant> hours, Instant startedAt) {
    listener.message(plan.toString());
    LedgerRow none = withoutCounts("plan", hours, startedAt);
    return new EtlResult(List.of(), none, List.of(), Optional.of(plan));
  }

  private LedgerRow withoutCounts(String mode, List<Instant> hours, Instant startedAt) {
    return new LedgerRow(
        UUID.randomUUID(),
        0,
        mode,
        hours.isEmpty() ? startedAt : hours.get(0),
        hours.isEmpty() ? startedAt : hours.get(hours.size() - 1).plus(Duration.ofHours(1)),
        startedAt,
        clock.instant(),
        Map.of(),
        Map.of(),
        Map.of(),
        BigDecimal.ZERO,
        settings().toJson(),
        VERSION);
  }

  private RunSession open(Warehouse warehouse) {
    return RunSession.open(
        new Run(
            UUID.randomUUID(),
            request.window().mode(),
            spark,
            warehouse,
            settings(),
            request.skipUnreadable(),
            request.retryQuarantined(),
            VERSION,
            listener));
  }

  private ReadAndParse readAndParse(RawStore store, ParseRules rules) {
    return new ReadAndParse(spark, store, request.fetchConcurrency(), rules);
  }

  private WarehouseSettings settings() {
    return WarehouseSettings.of(request.parseRules(), request.sessionRules());
  }

  private static String versionOfJar() {
    String version = EtlJob.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
