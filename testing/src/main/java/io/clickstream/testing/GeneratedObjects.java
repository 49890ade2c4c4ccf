package io.clickstream.testing;

import io.clickstream.event.EventNames;
import io.clickstream.event.RawKey;
import io.clickstream.simulator.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * Raw objects that are computed from their place in their hour, so that there may be any number of
 * them without a disk. Each visit has eight events. Every record is padded to the same length, so
 * that the size of an object is known without its bytes.
 *
 * @param from the first hour
 * @param hours the number of hours
 * @param objects the number of objects per hour
 * @param records the number of records per object: 1 makes {@code event-*.json} objects, more make
 *     {@code batch-*.ndjson} objects
 * @param ofOneBot the share of the records, between 0 and 1, that one crawler sends
 */
public record GeneratedObjects(Instant from, int hours, int objects, int records, double ofOneBot) {

  /** The length of every record in bytes. */
  public static final int RECORD_BYTES = 2_048;

  /** The client id of the crawler. */
  static final String BOT = "crawler";

  private static final int VISIT = 8;
  private static final long STEP_MS = 30_000;
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();
  private static final long VISITS = 1;
  private static final long RECORDS = 2;

  private static final String PERSON_AGENT =
      "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
  private static final String BOT_AGENT =
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

  private static final List<String> STEPS =
      List.of(
          EventNames.HOME_VIEW,
          EventNames.CATEGORY_VIEW,
          EventNames.PRODUCT_VIEW,
          EventNames.ADD_TO_CART_CLICK,
          EventNames.CLICK,
          EventNames.PRODUCT_VIEW,
          EventNames.CHECKOUT_START,
          EventNames.PRODUCT_VIEW);

  public GeneratedObjects {
    if (!from.equals(from.truncatedTo(ChronoUnit.HOURS))) {
      throw new IllegalArgumentException(
          "Cannot generate objects: " + from + " is not a full hour");
    }
    if (hours < 1 || objects < 0 || records < 1 || ofOneBot < 0 || ofOneBot > 1) {
      throw new IllegalArgumentException(
          "Cannot generate objects: hours %d, objects %d, records %d, share of a bot %s"
              .formatted(hours, objects, records, ofOneBot));
    }
  }

  /** Returns the hours that have objects, as prefixes below the raw root in ascending order. */
  List<String> prefixes() {
    return objects == 0
        ? List.of()
        : LongStream.range(0, hours)
            .mapToObj(hour -> RawKey.hourPrefix(from.plus(Duration.ofHours(hour))))
            .toList();
  }

  /** Returns the size of every object in bytes. */
  public long size() {
    return records == 1 ? RECORD_BYTES : (long) records * (RECORD_BYTES + 1);
  }

  /**
   * Returns the key of an object.
   *
   * @param index its place among the ascending keys of the hour
   */
  public RawKey key(Instant hour, int index) {
    RawKey.Kind kind = records == 1 ? RawKey.Kind.EVENT : RawKey.Kind.BATCH;
    UUID random = SeededRandom.of(hour.toEpochMilli(), RECORDS, index).uuid();
    // The first eight digits rise with the index.
    long high =
        ((long) index << 32) / objects << 32 | random.getMostSignificantBits() & 0xFFFFFFFFL;
    return new RawKey(hour, kind, new UUID(high, random.getLeastSignificantBits()));
  }

  /** Returns true if a key has an object. */
  boolean has(RawKey key) {
    return indexOf(key) >= 0;
  }

  private int indexOf(RawKey key) {
    long hour = Duration.between(from, key.hour()).toHours();
    if (hour < 0 || hour >= hours || objects == 0) {
      return -1;
    }
    long first = key.id().getMostSignificantBits() >>> 32;
    int index = (int) Math.min(objects - 1, ((first + 1) * objects - 1) >>> 32);
    return key(key.hour(), index).equals(key) ? index : -1;
  }

  /** Returns the last-modified time of all objects of an hour. */
  static Instant modified(Instant hour) {
    return hour.plus(Duration.ofHours(1));
  }

  /** Returns the bytes of an object. */
  public byte[] body(RawKey key) {
    int index = indexOf(key);
    if (index < 0) {
      throw new IllegalArgumentException("Cannot generate " + key.relative() + ": no such object");
    }
    if (records == 1) {
      return record(key.hour(), index);
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream((int) size());
    for (int line = 0; line < records; line++) {
      lines.writeBytes(record(key.hour(), (long) index * records + line));
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private byte[] record(Instant hour, long number) {
    SeededRandom random = SeededRandom.of(hour.toEpochMilli(), RECORDS, -1 - number);
    UUID id = random.uuid();
    if (random.chance(ofOneBot)) {
      long at = hour.toEpochMilli() + number * HOUR_MS / ((long) objects * records);
      return record(id, BOT, EventNames.PRODUCT_VIEW, at, BOT_AGENT);
    }
    long visit = number / VISIT;
    int step = (int) (number % VISIT);
    long begins =
        SeededRandom.of(hour.toEpochMilli(), VISITS, visit)
            .between(0, HOUR_MS - VISIT * STEP_MS - 1);
    long at = hour.toEpochMilli() + begins + step * STEP_MS + random.between(0, STEP_MS - 1);
    return record(id, "visitor-" + visit, STEPS.get(step), at, PERSON_AGENT);
  }

  /** Returns a record with blanks before its last brace. */
  private static byte[] record(UUID id, String clientId, String name, long at, String userAgent) {
    Instant time = Instant.ofEpochMilli(at);
    byte[] record =
        """
        {"eventId":"%s","eventName":"%s","clientId":"%s","clientTimestamp":"%s","sentAt":"%4$s",\
        "pageUrl":"https://shop.example/products/1","product":{"id":"1","price":2490000},\
        "_ingest":{"receivedAt":"%4$s","userAgent":"%5$s"}}"""
            .formatted(id, name, clientId, time, userAgent)
            .getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(record, RECORD_BYTES);
    Arrays.fill(padded, record.length - 1, RECORD_BYTES - 1, (byte) ' ');
    padded[RECORD_BYTES - 1] = '}';
    return padded;
  }
}
