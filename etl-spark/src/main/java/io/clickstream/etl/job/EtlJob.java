package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.source.ErasureRequests;
import io.clickstream.etl.source.PackObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.Checks;
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
 *   <li>{@link LoadHours} loads raw objects, slice by slice, each by {@link LoadSlice}.
 *   <li>{@link RebuildSessions} computes sessions and marts again.
 *   <li>{@link DryRun} reads and parses only.
 *   <li>{@link PackHours} packs raw objects.
 *   <li>{@link PlanHours} tells what there is to load, and loads nothing.
 * </ul>
 */
public final class EtlJob {

  private static final String VERSION = versionOfJar();

  private final SparkSession spark;
  private final JobRequest request;
  private final Clock clock;
  private final RunListener listener;

  /**
   * Creates a job.
   *
   * @param clock determines the hours of {@code --since-last-run}; no row of the warehouse depends
   *     on it
   * @param listener receives progress and the ends of stages
   */
  public EtlJob(SparkSession spark, JobRequest request, Clock clock, RunListener listener) {
    this.spark = spark;
    this.request = request;
    this.clock = clock;
    this.listener = listener;
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
    EtlResult result;
    Warehouse warehouse;
    if (request.window() instanceof Window.Rebuild) {
      warehouse = request.warehouse().orElseThrow().open(hadoop);
      result = rebuild(warehouse);
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
      List<String> failures =
          new ArrayList<>(new ApplyErasures(session, new ErasureRequests(store)).apply());
      ReadAndParse readAndParse = readAndParse(store, request.parseRules(), session.erasedIds());
      List<LedgerRow> returned = loadReturning(session, store, readAndParse, failures);
      List<Instant> hours =
          request.window().hours(store, session.hoursToRevisit(), clock.instant());
      return new LoadHours(session, store, readAndParse, clock)
          .load(request.newestFirst() ? reversed(hours) : hours)
          .and(returned, failures);
    }
  }

  /** Loads duplicates of erased events. Unreadable objects are reported, and stop nothing else. */
  private List<LedgerRow> loadReturning(
      RunSession session, RawStore store, ReadAndParse readAndParse, List<String> failures)
      throws IOException {
    boolean all = request.window() instanceof Window.SinceLastRun since && since.reconcile();
    try {
      return new LoadReturning(session, store, readAndParse).load(all).stream().toList();
    } catch (UnreadableObjectsException e) {
      failures.add("duplicates of erased events: " + e.getMessage());
      listener.message(failures.get(failures.size() - 1));
      return List.of();
    }
  }

  private EtlResult erase(RawStore store, Warehouse warehouse) throws IOException {
    Instant startedAt = clock.instant();
    try (RunSession opened = open(warehouse)) {
      store.requireRoot();
      RunSession session = opened.withStoredRules();
      ErasureRequests requests = new ErasureRequests(store);
      Erase erase = new Erase(session, requests, request.erasing().orElseThrow(), clock);
      Optional<UUID> requestId = erase.writeRequest();
      List<String> failures = new ArrayList<>(new ApplyErasures(session, requests).apply());
      ParseRules rules = session.run().settings().parseRules();
      ReadAndParse readAndParse = readAndParse(store, rules, session.erasedIds());
      List<LedgerRow> returned = loadReturning(session, store, readAndParse, failures);
      return new EtlResult(
          returned,
          withoutCounts("erase", List.of(), startedAt),
          failures,
          Optional.of(erase.certificate(requestId)));
    }
  }

  private static List<Instant> reversed(List<Instant> hours) {
    List<Instant> reversed = new ArrayList<>(hours);
    Collections.reverse(reversed);
    return reversed;
  }

  private EtlResult rebuild(Warehouse warehouse) {
    try (RunSession session = open(warehouse)) {
      LedgerRow row = new RebuildSessions(session).rebuild(request.rebuiltSettings());
      return new EtlResult(List.of(row), row, List.of());
    }
  }

  private EtlResult dryRun(RawStore store) throws IOException {
    return new DryRun(
            store,
            readAndParse(store, request.parseRules(), ErasedIds.none()),
            settings(),
            VERSION,
            clock,
            listener)
        .count(request.window().hours(store, List.of(), clock.instant()));
  }

  private EtlResult pack(RawStore store, JobRequest.Packing packing) throws IOException {
    store.requireRoot();
    Instant startedAt = clock.instant();
    List<Instant> hours = request.window().hours(store, List.of(), startedAt);
    int fetches = ReadAndParse.fetches(request.fetchConcurrency(), store);
    PackObjects objects = new PackObjects(store, fetches, packing.deletesPacked());
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

  private ReadAndParse readAndParse(RawStore store, ParseRules rules, ErasedIds erased) {
    return ReadAndParse.of(spark, store, request.fetchConcurrency(), rules, erased);
  }

  private WarehouseSettings settings() {
    return WarehouseSettings.of(request.parseRules(), request.sessionRules());
  }

  private static String versionOfJar() {
    String version = EtlJob.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
