package io.clickstream.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.testing.TestWarehouses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Erases visitors of about 50 events in a large warehouse, and loads hours with and without many
 * requests on file.
 *
 * <ol>
 *   <li>The job loads a day into a warehouse, which {@code copies.sql} then gives a long past.
 *   <li>In turns: the job loads an hour, and erases a visitor.
 *   <li>The job loads hours into two smaller warehouses, in turns. One has applied requests with
 *       10,000 ids of nobody.
 * </ol>
 */
final class EraseBenchmark implements Benchmark {

  private static final String HOUR = "an hour";
  private static final String ERASE = "a visitor";
  private static final String NONE = "no request";
  private static final String MANY = "many requests";

  private static final double ERASE_AT_MOST = 2;
  private static final double REQUESTS_AT_MOST = 1.05;
  private static final int EVENTS_OF_THE_VISITOR = 50;
  private static final int DAY_HOURS = 24;
  private static final Instant START = Instant.parse("2026-11-19T00:00:00Z");

  @Override
  public void run(Workbench bench) throws Exception {
    bench.spark();
    int warmUps = bench.of(2, 1, 1);
    int rounds = bench.of(9, 3, 1);
    bench.progress("writing raw objects");
    RawHours all = raw(bench, "erase", warmUps + rounds);
    erase(bench, all, warmUps, rounds);
    requests(bench, all, warmUps, rounds);
  }

  /** Writes a day in batches, and hours after it with an object per event. */
  private static RawHours raw(Workbench bench, String name, int hoursAfter) throws Exception {
    long dayEvents = bench.of(120_000, 60_000, 2_000);
    // Requests stand beside the raw root.
    Path root = bench.folder().resolve(name).resolve("events");
    RawHours all = new RawHours(root.toUri(), START, DAY_HOURS + hoursAfter);
    RawHours after = all.at(all.at(START, DAY_HOURS).end(), hoursAfter);
    return all.write(dayEvents * all.count() / DAY_HOURS, post -> true, after);
  }

  private static void erase(Workbench bench, RawHours all, int warmUps, int rounds)
      throws Exception {
    RawHours day = all.at(START, DAY_HOURS);
    int bigEvents = bench.of(10_000_000, 1_000_000, 8_000);
    MeasuredWarehouse big = MeasuredWarehouse.create();
    bench.progress("loading a day, and copying it to %,d events", bigEvents);
    big.load(day);
    big.copyDays(1, bigEvents, true);
    big.settle();
    List<String> visitors = visitors(big, warmUps + rounds);
    List<Load> hours = new ArrayList<>();
    List<Long> erasedEvents = new ArrayList<>();
    bench.progress("in turns: loading an hour, erasing a visitor");
    Turns turns =
        new Turns(
            warmUps,
            rounds,
            Program.ofNextHour(HOUR, big, day, hours),
            new Program(
                ERASE,
                () -> {
                  Stopwatch watch = Stopwatch.start();
                  JsonNode certificate =
                      JobStages.erase(all, big, "--client-id=" + visitors.get(erasedEvents.size()));
                  erasedEvents.add(certificate.at("/removed/events").asLong());
                  return watch.seconds();
                }));
    if (erasedEvents.contains(0L)) {
      throw new IllegalStateException("an erasure removed no event");
    }
    bench.add(
        Target.atMost(
            ERASE_AT_MOST,
            "erase a visitor in %,d events / load an hour".formatted(bigEvents),
            turns.ratio(ERASE, HOUR)));
    bench.add(turns.figure("erasure", "s"));
    bench.note(
        "an hour has %s events, and a visitor had %s"
            .formatted(
                Spread.of(hours.stream().map(hour -> (double) hour.count("inserted")).toList()),
                Spread.of(erasedEvents.stream().map(Long::doubleValue).toList())));
    big.drop();
  }

  /** Returns the visitors whose number of events is the nearest to that of the target. */
  private static List<String> visitors(MeasuredWarehouse warehouse, int number) throws Exception {
    return TestWarehouses.texts(
        warehouse.jdbcUrl(),
        """
        SELECT substr(visitor_id, 3) FROM clickstream_sessions
        WHERE starts_with(visitor_id, 'c:') AND NOT is_bot
        GROUP BY visitor_id ORDER BY abs(sum(event_count) - %d), md5(visitor_id) LIMIT %d"""
            .formatted(EVENTS_OF_THE_VISITOR, number));
  }

  private static void requests(Workbench bench, RawHours all, int warmUps, int rounds)
      throws Exception {
    int number = bench.of(10_000, 10_000, 100);
    RawHours day = all.at(START, DAY_HOURS);
    // The same objects below another root, which has the requests.
    RawHours with = raw(bench, "requests", warmUps + rounds);
    MeasuredWarehouse without = MeasuredWarehouse.create();
    MeasuredWarehouse many = MeasuredWarehouse.create();
    bench.progress("writing %,d requests, and loading a day into two warehouses", number);
    writeRequests(Path.of(with.root()).resolveSibling("erasures"), number);
    without.load(day);
    many.load(with.at(START, DAY_HOURS));
    String applied = many.text("SELECT count(*) FROM etl_erasures");
    if (Integer.parseInt(applied) != number) {
      throw new IllegalStateException("%s of %,d requests are applied".formatted(applied, number));
    }
    without.settle();
    many.settle();
    Turns turns =
        new Turns(
            warmUps,
            rounds,
            Program.ofNextHour(NONE, without, day, new ArrayList<>()),
            Program.ofNextHour(MANY, many, with.at(START, DAY_HOURS), new ArrayList<>()));
    bench.add(
        Target.atMost(
            REQUESTS_AT_MOST,
            "an hour, %,d requests on file / none".formatted(number),
            turns.ratio(MANY, NONE)));
    bench.add(turns.figure("an hour", "s"));
    without.drop();
    many.drop();
  }

  /** Writes requests that match nobody, each with a client id and a user id. */
  private static void writeRequests(Path folder, int number) throws Exception {
    Files.createDirectories(folder);
    for (int i = 0; i < number; i++) {
      String hash = "%064x".formatted(i);
      Files.writeString(
          folder.resolve(new UUID(0, i) + ".json"),
          """
          {"requestedAt":"2026-11-22T00:00:00Z","clientIds":["%1$s"],"userIds":["%1$s"]}"""
              .formatted(hash));
    }
  }
}
