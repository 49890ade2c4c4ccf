package io.clickstream.etl.job;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadedHours;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists hours, and tells what a load of them would find and do. */
final class PlanHours {

  /** Records per second of a job on two cores, database and marts included. */
  private static final double DEFAULT_PACE = 3_500;

  private static final int HOURS_TOGETHER = 24;
  private static final long OBJECTS_PER_LISTING = 1_000;

  /** Bytes of a pack per GET: a row group. Two more GETs read its footer and keys. */
  private static final long PACK_BYTES_PER_READ = 4 << 20;

  private static final int READS_OF_KEYS = 2;

  private final RawStore store;
  private final Optional<RunSession> session;
  private final Clock clock;
  private long hoursWithObjects;
  private long unlisted;
  private long objects;
  private long objectBytes;
  private long packs;
  private long packBytes;
  private long loadedObjects;
  private long loadedPacks;
  private long records;
  private long listings;
  private long reads;

  PlanHours(RawStore store, RunSession session, Clock clock) {
    this(store, Optional.of(session), clock);
  }

  private PlanHours(RawStore store, Optional<RunSession> session, Clock clock) {
    this.store = store;
    this.session = session;
    this.clock = clock;
  }

  /** Returns a planner that takes every object for new. */
  static PlanHours withoutWarehouse(RawStore store, Clock clock) {
    return new PlanHours(store, Optional.empty(), clock);
  }

  /** Lists the hours. */
  HoursPlan plan(List<Instant> hours) {
    List<HourListing> listed = new ArrayList<>();
    try (HoursAhead ahead = new HoursAhead(store::list, hours, clock::instant)) {
      while (ahead.hasNext()) {
        try {
          listed.add(ahead.next());
        } catch (UnlistedHourException e) {
          ahead.skip();
          unlisted++;
        }
        if (listed.size() == HOURS_TOGETHER || !ahead.hasNext()) {
          add(listed);
          listed.clear();
        }
      }
    }
    return new HoursPlan(
        hours.size(),
        hoursWithObjects,
        unlisted,
        objects,
        objectBytes,
        packs,
        packBytes,
        loadedObjects,
        loadedPacks,
        records,
        listings,
        reads,
        session.flatMap(RunSession::recentRecordsPerSecond).orElse(DEFAULT_PACE));
  }

  private void add(List<HourListing> hours) {
    Map<Instant, HourKeys> loaded = loaded(hours);
    for (HourListing hour : hours) {
      long found = hour.objects().size() + hour.packs().files().size() + hour.ignored();
      listings += Math.max(1, (found + OBJECTS_PER_LISTING - 1) / OBJECTS_PER_LISTING);
      if (!hour.isEmpty()) {
        hoursWithObjects++;
        add(hour, loaded.getOrDefault(hour.hour(), HourKeys.NONE));
      }
    }
  }

  private void add(HourListing hour, HourKeys keys) {
    for (ListedObject object : hour.objects()) {
      objectBytes += object.size();
    }
    ListedObjects fresh = hour.objects().filter(key -> !keys.contains(key));
    objects += hour.objects().size();
    loadedObjects += hour.objects().size() - fresh.size();
    records += fresh.estimatedRecords();
    reads += fresh.size();
    for (ListedObject pack : hour.packs().files()) {
      packs++;
      packBytes += pack.size();
      if (keys.contains(pack.key())) {
        loadedPacks++;
      } else {
        records += HourListing.estimatedRecords(pack);
        reads += READS_OF_KEYS + 1 + pack.size() / PACK_BYTES_PER_READ;
      }
    }
  }

  private Map<Instant, HourKeys> loaded(List<HourListing> hours) {
    if (session.isEmpty()) {
      return Map.of();
    }
    try {
      return LoadedHours.read(
          session.get().stagingConnection(), hours.stream().map(HourListing::hour).toList());
    } catch (DatabaseException e) {
      throw RunSession.failed("read the ledger", e);
    }
  }
}
