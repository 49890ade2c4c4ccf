package io.clickstream.it.promise;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Puts records into raw objects, under a handful of hours that have nothing to do with them, but
 * are later than the records' times.
 */
final class RawObjects {

  private static final DateTimeFormatter PREFIX =
      DateTimeFormatter.ofPattern("uuuu/MM/dd/HH").withZone(ZoneOffset.UTC);

  private static final List<Instant> FIRST_HOURS =
      List.of(
          Instant.parse("2100-11-30T22:00:00Z"),
          Instant.parse("2100-02-28T23:00:00Z"),
          Instant.parse("2100-06-30T08:00:00Z"));

  /** Neighbours, one apart, and one so far off that a run over all lists hours twice. */
  private static final int[] OFFSETS = {0, 1, 2, 4, 27};

  private static final int MAX_BATCH = 40;

  /** Most batches hold one history, which has more records than this. */
  static final int LONG = MAX_BATCH / 2;

  private static final List<Sent> BROKEN =
      List.of(
          Sent.broken("{\"eventName\":\"page_view\",\"clientId\":\"c", "invalid_json"),
          Sent.broken("42", "not_an_object"),
          Sent.broken("[{\"eventName\":\"click\"}]", "not_an_object"),
          Sent.broken("{}", "empty_object"),
          Sent.broken("{\"eventName\":\"click\"} and more", "trailing_content"));

  private static final List<Sent> EMPTY =
      List.of(Sent.broken("", "empty"), Sent.broken(" \n\t", "empty"));

  private final Random random;
  private final List<Instant> hours;

  RawObjects(Random random) {
    this.random = random;
    Instant first = FIRST_HOURS.get(random.nextInt(FIRST_HOURS.size()));
    this.hours =
        Arrays.stream(OFFSETS).mapToObj(offset -> first.plus(offset, ChronoUnit.HOURS)).toList();
  }

  /** Returns the hours of the keys in ascending order. */
  List<Instant> hours() {
    return hours;
  }

  static String prefix(Instant hour) {
    return PREFIX.format(hour);
  }

  /** Every record in one object: alone, beside its neighbours, or beside any. */
  List<RawObject> pack(List<List<Sent>> histories) {
    List<RawObject> objects = new ArrayList<>();
    List<Sent> mixed = new ArrayList<>();
    List<Sent> together = new ArrayList<>();
    for (List<Sent> history : histories) {
      boolean isLong = history.size() > LONG;
      if (isLong && random.nextInt(4) > 0) {
        packBatches(history, objects);
      } else if (random.nextInt(6) == 0) {
        together.addAll(history);
      } else {
        for (Sent record : history) {
          if (random.nextInt(3) == 0) {
            mixed.add(record);
          } else {
            objects.add(object("event-", ".json", List.of(record)));
          }
        }
      }
    }
    packBatches(together, objects);
    packBatches(Histories.shuffled(mixed, random), objects);
    objects.add(object("batch-", ".ndjson", Collections.singletonList(null)));
    for (int i = objects.size() / 30; i >= 0; i--) {
      objects.add(object("event-", ".json", List.of(any(random.nextBoolean() ? BROKEN : EMPTY))));
    }
    return objects;
  }

  private void packBatches(List<Sent> records, List<RawObject> objects) {
    int from = 0;
    while (from < records.size()) {
      int to = Math.min(records.size(), from + 1 + random.nextInt(MAX_BATCH));
      List<Sent> lines = new ArrayList<>(records.subList(from, to));
      while (random.nextInt(3) == 0) {
        lines.add(random.nextInt(lines.size() + 1), random.nextBoolean() ? null : any(BROKEN));
      }
      objects.add(object("batch-", ".ndjson", lines));
      from = to;
    }
  }

  private RawObject object(String kind, String suffix, List<Sent> lines) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    Instant hour = any(hours);
    List<Sent> inHour = new ArrayList<>();
    lines.forEach(line -> inHour.add(line == null ? null : line.inHour(hour)));
    return new RawObject(hour, kind + id + suffix, inHour, hour.plusSeconds(random.nextInt(7_200)));
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
