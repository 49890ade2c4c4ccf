package io.clickstream.bench.incremental;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.Spread;
import io.clickstream.etl.load.LedgerRow.Count;
import io.clickstream.local.simulate.SimulatedPost;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an always-on bot costs: nothing of its past while it goes on, and when something is added to
 * its past, no more than lies within 18 hours of it.
 */
final class BotVisits {

  /** Several cut marks lie in it; the hours behind it reach over one. */
  private static final Duration PAST = Duration.ofHours(59);

  private static final int APPENDED_HOURS = 3;

  /** Hours of the past to which an event is added: soon behind a mark, and late behind it. */
  private static final List<Integer> LATE = List.of(25, 32, 46);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration GAP = Duration.ofMinutes(30);

  /** No session is longer, and chains that differ coincide again after so long. */
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

  Report measure() throws IOException, SQLException {
    Instant now = start.plus(PAST);
    objects.writeBatches(bot.between(start, now));
    load(start, PAST);
    objects.writeEvents(bot.between(now, now.plus(HOUR.multipliedBy(APPENDED_HOURS))));
    List<Double> appended = new ArrayList<>();
    for (int hour = 0; hour < APPENDED_HOURS; hour++) {
      appended.add((double) load(now.plus(HOUR.multipliedBy(hour)), HOUR));
    }
    List<Long> late = new ArrayList<>();
    List<Double> lateShares = new ArrayList<>();
    for (int hour : LATE) {
      SimulatedPost event = bot.besides(start.plus(HOUR.multipliedBy(hour)));
      objects.writeEvents(List.of(event));
      long near = storedNear(event.receivedAt());
      late.add(load(start.plus(HOUR.multipliedBy(hour)), HOUR));
      lateShares.add((double) late.get(late.size() - 1) / near);
    }
    Spread rows = new Spread(appended);
    Spread shares = new Spread(lateShares);
    return new Report(
        List.of(
            Bar.atMost(0, "bot goes on: rows read an hour", rows.max(), rows),
            Bar.atMost(1, "bot's past: rows read / within 18 h of it", shares.max(), shares)),
        List.of(
            "a late event of a bot with an event each %d s read %s rows"
                .formatted(
                    bot.interval().toSeconds(),
                    late.stream().map("%,d"::formatted).collect(Collectors.joining(", ")))));
  }

  /** Loads, and says how many stored rows were read for it. */
  private long load(Instant from, Duration length) throws IOException {
    return warehouse.load(objects, from, length).ledger().get(Count.NEIGHBOUR_ROWS_READ);
  }

  private long storedNear(Instant at) throws SQLException {
    return warehouse.number(
        """
        SELECT count(*) FROM clickstream_events
        WHERE visitor_id = '%s' AND occurred_at > '%s' AND occurred_at < '%s'"""
            .formatted(AlwaysOnBot.VISITOR_ID, at.minus(BOUND), at.plus(GAP).plus(BOUND)));
  }
}
