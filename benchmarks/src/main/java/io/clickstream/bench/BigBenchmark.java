package io.clickstream.bench;

import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.event.RawKey;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Loads into warehouses of many events, and queries them as the checks and the dashboards do.
 *
 * <ol>
 *   <li>The job loads some days from batch objects: the last one into the small warehouse, all into
 *       the big ones.
 *   <li>{@code copies.sql} gives the big ones their past: one with random ids, one with ids in the
 *       order of time.
 *   <li>The job loads hours of single objects into all of them, in turns.
 *   <li>The big ones get the hour after next, then the one before it, and a day.
 *   <li>All checks run, and the queries of each dashboard page.
 * </ol>
 */
final class BigBenchmark implements Benchmark {

  private static final String SMALL = "small";
  private static final double HOUR_AT_MOST = 1.5;
  private static final double BYTES_AT_MOST = 0.75;
  private static final double LOCKED_AT_MOST = 0.3;
  private static final double PAGE_AT_MOST = 1;
  private static final int DAY_HOURS = 24;

  private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");

  /** The last line of {@code shiny/tests/speed.R}. */
  private static final Pattern SLOWEST_PAGE =
      Pattern.compile("slowest: (.+): ([0-9.]+) s at first, ([0-9.]+) s at best");

  @Override
  public void run(Workbench bench) throws Exception {
    bench.spark();
    int days = bench.of(10, 2, 1);
    int dayEvents = bench.of(1_000_000, 100_000, 2_000);
    int bigEvents = bench.of(50_000_000, 1_000_000, 8_000);
    int pairs = bench.of(5, 3, 1);
    int hoursAfter = 1 + pairs + 2;
    bench.progress("writing %,d events of %d days, and those after them", days * dayEvents, days);
    RawHours all =
        new RawHours(
            bench.folder().resolve("big").toUri(), START, (days + 1) * DAY_HOURS + hoursAfter);
    RawHours past = all.at(START, days * DAY_HOURS);
    RawHours after = all.at(past.end(), hoursAfter);
    RawHours nextDay = all.at(after.end(), DAY_HOURS);
    long posts = Math.round((double) dayEvents * all.count() / DAY_HOURS);
    all.write(posts, post -> true, after);

    MeasuredWarehouse small = MeasuredWarehouse.create();
    small.load(past.at(past.end().minus(Duration.ofHours(DAY_HOURS)), DAY_HOURS));
    Map<String, MeasuredWarehouse> bigOnes = new LinkedHashMap<>();
    double rawBytes = 0;
    for (boolean inTimeOrder : bench.isTest() ? List.of(true) : List.of(false, true)) {
      MeasuredWarehouse big = MeasuredWarehouse.create();
      bench.progress("loading %d days, and copying them to %,d events", days, bigEvents);
      Load backfill = big.load(past);
      if (bigOnes.isEmpty()) {
        addBackfill(bench, backfill);
        rawBytes = (double) bytes(past) / backfill.count("records_read");
      }
      big.copyDays(days, bigEvents, inTimeOrder);
      big.settle();
      bigOnes.put(inTimeOrder ? "big, ids in the order of time" : "big, random ids", big);
    }
    small.settle();
    for (MeasuredWarehouse big : bigOnes.values()) {
      big.execute("SELECT pg_stat_reset()");
    }

    bench.progress("loading %d hours into each, in turns", 1 + pairs);
    List<Program> programs = new ArrayList<>();
    List<Load> intoBig = new ArrayList<>();
    programs.add(Program.ofNextHour(SMALL, small, past, new ArrayList<>()));
    bigOnes.forEach((name, big) -> programs.add(Program.ofNextHour(name, big, past, intoBig)));
    Turns turns = new Turns(1, pairs, programs.toArray(Program[]::new));
    for (String name : bigOnes.keySet()) {
      bench.add(
          Target.atMost(
              HOUR_AT_MOST,
              "an hour into %,d / %,d events, %s"
                  .formatted(bigEvents, dayEvents, name.substring(5)),
              turns.ratio(name, SMALL)));
    }
    bench.add(turns.figure("an hour", "s"));
    bench.note(
        "an hour into big, median seconds of the stages: " + MeasuredWarehouse.stages(intoBig));
    for (Map.Entry<String, MeasuredWarehouse> big : bigOnes.entrySet()) {
      measure(bench, big.getKey(), big.getValue(), after, nextDay);
      addSizes(bench, big.getKey(), big.getValue(), rawBytes);
      big.getValue().drop();
    }
    small.drop();
  }

  private static void addBackfill(Workbench bench, Load load) {
    double perSecond = load.count("records_read") / load.seconds();
    bench.add(
        Target.atMost(
            LOCKED_AT_MOST,
            "backfill: lock held / whole time",
            Ratio.once(load.ledger().required("lock_held_s").asDouble() / load.seconds())));
    bench.add(
        new Figure(
            "backfill in order",
            "events/s",
            Map.of("batch objects, marts included", Spread.of(List.of(perSecond)))));
    bench.note(
        "backfill, seconds of the stages: %s; the marts' part is %.2f"
            .formatted(MeasuredWarehouse.stages(List.of(load)), load.stageShare("marts")));
  }

  private static void measure(
      Workbench bench, String name, MeasuredWarehouse big, RawHours after, RawHours nextDay)
      throws Exception {
    bench.progress("%s: a late hour, a day, the checks and the dashboards", name);
    Map<String, Spread> seconds = new LinkedHashMap<>();
    Instant late = after.end().minus(Duration.ofHours(2));
    seconds.put(
        "the hour after next",
        once(big.load(after.at(late.plus(Duration.ofHours(1)), 1)).seconds()));
    seconds.put("the hour before it", once(big.load(after.at(late, 1)).seconds()));
    Load day = big.load(nextDay);
    seconds.put("a day", once(day.seconds()));
    bench.note(
        "%s, a day, seconds of the stages: %s"
            .formatted(name, MeasuredWarehouse.stages(List.of(day))));
    Stopwatch watch = Stopwatch.start();
    JobStages.check(big);
    seconds.put("all checks", once(watch.seconds()));
    bench.add(new Figure(name, "s", seconds));
    if (!bench.isTest()) {
      addSlowestPage(bench, name, big);
    }
    bench.note(
        "%s, indexes that neither loads, checks nor dashboards used: %s"
            .formatted(name, big.text(Resource.text("unused-indexes.sql"))));
  }

  private static Spread once(double value) {
    return Spread.of(List.of(value));
  }

  /** Measures the queries of all pages. The last 28 days are chosen, as at the start. */
  private static void addSlowestPage(Workbench bench, String name, MeasuredWarehouse big)
      throws Exception {
    String url = big.jdbcUrl();
    String slowest =
        TimedProcess.run(
                bench,
                Command.of(
                        "bash",
                        "-c",
                        "cd '%s' && exec Rscript tests/speed.R"
                            .formatted(Home.find().folder().resolve("shiny")))
                    .with("DW_HOST", "127.0.0.1")
                    .with("DW_PORT", Integer.toString(TestWarehouses.server().port()))
                    .with("DW_USER", PostgresServer.USER)
                    .with("DW_NAME", url.substring(url.lastIndexOf('/') + 1))
                    .with("SPEED_LIMIT_S", "3600"))
            .lastLine();
    Matcher page = SLOWEST_PAGE.matcher(slowest);
    if (!page.matches()) {
      throw new IOException("Cannot read the slowest page from '" + slowest + "'.");
    }
    bench.add(
        Target.atMost(
            PAGE_AT_MOST,
            "slowest dashboard page, s, " + name,
            Ratio.once(Double.parseDouble(page.group(3)))));
    bench.note("%s, dashboards, %s".formatted(name, slowest));
  }

  private static void addSizes(
      Workbench bench, String name, MeasuredWarehouse big, double rawBytesPerRecord)
      throws Exception {
    double perEvent = Double.parseDouble(big.text(Resource.text("bytes-per-event.sql")));
    bench.add(
        Target.atMost(
            BYTES_AT_MOST,
            "warehouse bytes / raw bytes, " + name,
            Ratio.once(perEvent / rawBytesPerRecord)));
    bench.note(
        String.format(
            Locale.ROOT,
            "%s, bytes per event: %.0f of %.0f raw; %s",
            name,
            perEvent,
            rawBytesPerRecord,
            big.text(Resource.text("bytes-of-tables.sql"))));
  }

  private static long bytes(RawHours hours) throws IOException {
    long bytes = 0;
    for (Instant hour : hours.list()) {
      try (Stream<Path> files =
          Files.list(Path.of(hours.root()).resolve(RawKey.hourPrefix(hour)))) {
        bytes += files.mapToLong(file -> file.toFile().length()).sum();
      }
    }
    return bytes;
  }
}
