package io.clickstream.bench;

import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A client that never pauses, so that its sessions end at the cut marks only. */
record AlwaysOnBot(MeasuredWarehouse warehouse, RawHours hours, Duration interval) {

  /** Long enough for several cut marks; the hours after it contain another. */
  private static final int PAST_HOURS = 59;

  private static final int HOURS_AFTER = 3;

  /** Hours of the past that get a late event: soon after a cut mark, and long after one. */
  private static final List<Integer> LATE = List.of(25, 32, 46);

  private static final Duration LONGEST_SESSION = Duration.ofHours(18);

  void measure(Workbench bench) throws Exception {
    Instant start = hours.end().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
    RawHours past = hours.at(start, PAST_HOURS);
    past.write(events(past.start(), past.end()), RawHours.BATCH);
    rowsRead(past);
    RawHours after = hours.at(past.end(), HOURS_AFTER);
    after.write(events(after.start(), after.end()), 1);
    List<Double> going = new ArrayList<>();
    for (Instant hour : after.list()) {
      going.add((double) rowsRead(hours.at(hour, 1)));
    }
    List<Long> late = new ArrayList<>();
    for (int number : LATE) {
      RawHours hour = hours.at(start.plus(Duration.ofHours(number)), 1);
      hour.write(List.of(event(hour.start().plus(interval.dividedBy(2)))), 1);
      late.add(rowsRead(hour));
    }
    long most = LONGEST_SESSION.dividedBy(interval);
    bench.add(Target.atMost(0, "bot goes on: rows read per hour", Ratio.greatest(going)));
    bench.add(
        Target.atMost(
            1,
            "bot's late event: rows read / rows of 18 hours",
            Ratio.greatest(late.stream().map(rows -> (double) rows / most).toList())));
    bench.note(
        "late events of a bot with an event per %d s read %s rows"
            .formatted(interval.toSeconds(), late));
  }

  /** Loads, and returns the number of stored rows that were read for it. */
  private long rowsRead(RawHours loaded) throws Exception {
    Load load = warehouse.load(loaded);
    if (load.count("inserted") == 0) {
      throw new IllegalStateException("nothing was new from " + loaded.start() + " on");
    }
    return load.count(IncrementalBenchmark.ROWS_READ);
  }

  private List<SimulatedPost> events(Instant from, Instant to) {
    return Stream.iterate(from, at -> at.isBefore(to), at -> at.plus(interval))
        .map(AlwaysOnBot::event)
        .toList();
  }

  private static SimulatedPost event(Instant at) {
    String body =
        """
        {"eventId":"%s","eventName":"page_view","clientId":"always-on-bot","pageUrl":"https://shop.example/"}\
        """
            .formatted(id("event", at));
    String userAgent = "Mozilla/5.0 (compatible; Googlebot/2.1)";
    return new SimulatedPost(id("post", at), at, body, "203.0.113.7", userAgent, Kind.BOT);
  }

  private static UUID id(String kind, Instant at) {
    return UUID.nameUUIDFromBytes((kind + at).getBytes(StandardCharsets.UTF_8));
  }
}
