package io.clickstream.bench.incremental;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.Spread;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an always-on bot costs: nothing of its past while it goes on, and when something is added to
 * its past, no more than the session that it lies in, which is at most 18 hours long.
 */
final class BotVisits {

  /** Several cut marks lie in it; the hours behind it reach over one. */
  private static final Duration PAST = Duration.ofHours(59);

  private static final int APPENDED_HOURS = 3;

  /** Hours of the past to which an event is added: soon behind a mark, and late behind it. */
  private static final List<Integer> LATE = List.of(25, 32, 46);

  private static final Duration HOUR = Duration.ofHours(1);

  /** No session is longer. */
  private static final Duration BOUND = Duration.ofHours(18);

  private final MeasuredWarehouse warehouse;
  private final RawObjects objects;
  private final Instant start;
  private final AlwaysOnBot bot;

  /**
   * A bot.
   *
   * @param objects nothing has been received since {@code after}
   */
  BotVisits(MeasuredWarehouse warehouse, RawObjects objects, Instant after, Duration interval) {
    this.warehouse = warehouse;
    this.objects = objects;
    this.start = after.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
    this.bot = new AlwaysOnBot(start, interval);
  }

  Report measure() throws IOException {
    objects.writeBatches(bot.between(start, start.plus(PAST)));
    load(start, PAST);
    Spread appended = goOn(start.plus(PAST));
    List<Long> read = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int hour : LATE) {
      Instant at = start.plus(HOUR.multipliedBy(hour));
      long rows = addTo(at);
      read.add(rows);
      shares.add((double) rows / BOUND.dividedBy(bot.interval()));
    }
    Spread late = new Spread(shares);
    return new Report(
        List.of(
            Bar.atMost(0, "bot goes on: rows read an hour", appended.max(), appended),
            Bar.atMost(1, "bot's past: rows read / rows of 18 hours", late.max(), late)),
        List.of(),
        List.of(
            "a late event of a bot with an event each %d s read %s rows"
                .formatted(
                    bot.interval().toSeconds(),
                    read.stream().map("%,d"::formatted).collect(Collectors.joining(", ")))));
  }

  /** Rows read for hours that come one after another. */
  private Spread goOn(Instant from) throws IOException {
    objects.writeEvents(bot.between(from, from.plus(HOUR.multipliedBy(APPENDED_HOURS))));
    List<Double> rows = new ArrayList<>();
    for (int hour = 0; hour < APPENDED_HOURS; hour++) {
      rows.add((double) load(from.plus(HOUR.multipliedBy(hour)), HOUR));
    }
    return new Spread(rows);
  }

  /** Rows read for one more event in an hour that is loaded. */
  private long addTo(Instant hour) throws IOException {
    objects.writeEvents(List.of(bot.besides(hour)));
    return load(hour, HOUR);
  }

  /** Loads, and says how many stored rows were read for it. */
  private long load(Instant from, Duration length) throws IOException {
    LedgerRow ledger = warehouse.load(objects, from, length).ledger();
    if (ledger.get(Count.INSERTED) == 0) {
      throw new IllegalStateException("nothing was new from " + from + " on: nothing was measured");
    }
    return ledger.get(Count.CONTEXT_ROWS_READ);
  }
}
