package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.event.RawKey;
import io.clickstream.simulator.SimulatedPost.Kind;
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
 * Raw objects that exist nowhere: any of them is made anew from its place in its hour, so that
 * there may be as many as one likes. Visits of eight events, begun all over the hour; a third of an
 * hour's visitors come back in the next one. Every record is padded to the same length, which tells
 * an object's size without making it.
 *
 * @param from the first hour
 * @param hours how many there are
 * @param objects of each hour
 * @param records of each object: one makes {@code event-*.json} objects, more make {@code
 *     batch-*.ndjson} ones
 * @param ofOneBot share of the records, between 0 and 1, that a single crawler makes
 */
public record GeneratedObjects(Instant from, int hours, int objects, int records, double ofOneBot) {

  /** Length of every record. */
  public static final int RECORD_BYTES = 2_048;

  private static final int VISIT = 8;
  private static final long STEP_MS = 30_000;
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();
  private static final double NEW_VISITORS = 2.0 / 3;
  private static final double BUYS = 0.2;

  private static final long VISITS = 1;
  private static final long RECORDS = 2;
  private static final long BOT = 3;

  public GeneratedObjects {
    if (!from.equals(from.truncatedTo(ChronoUnit.HOURS))) {
      throw new IllegalArgumentException("not a whole hour: " + from);
    }
    if (hours < 1 || objects < 0 || records < 1 || ofOneBot < 0 || ofOneBot > 1) {
      throw new IllegalArgumentException("there are no such objects");
    }
  }

  /** The hours that have objects, as prefixes below the raw root, ascending. */
  List<String> prefixes() {
    return objects == 0
        ? List.of()
        : LongStream.range(0, hours)
            .mapToObj(hour -> RawKey.hourPrefix(from.plus(Duration.ofHours(hour))))
            .toList();
  }

  /** Size of every object in bytes. */
  public long size() {
    return records == 1 ? RECORD_BYTES : (long) records * (RECORD_BYTES + 1);
  }

  /**
   * A key.
   *
   * @param index its place among the hour's keys, which are in order
   */
  public RawKey key(Instant hour, int index) {
    RawKey.Kind kind = records == 1 ? RawKey.Kind.EVENT : RawKey.Kind.BATCH;
    UUID random = Dice.of(hour.toEpochMilli(), RECORDS, index).uuid();
    // The first eight digits rise with the index.
    long high =
        ((long) index << 32) / objects << 32 | random.getMostSignificantBits() & 0xFFFFFFFFL;
    return new RawKey(hour, kind, new UUID(high, random.getLeastSignificantBits()));
  }

  /** Whether there is an object of that key. */
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

  /** When all objects of an hour were stored. */
  static Instant modified(Instant hour) {
    return hour.plus(Duration.ofHours(1));
  }

  /** The object's bytes. */
  public byte[] body(RawKey key) {
    int index = indexOf(key);
    if (index < 0) {
      throw new IllegalArgumentException("there is no " + key.relative());
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
    Dice dice = Dice.of(hour.toEpochMilli(), RECORDS, -1 - number);
    UUID id = dice.uuid();
    TrackedEvent event =
        dice.chance(ofOneBot) ? ofBot(hour, number, id, dice) : ofVisitor(hour, number, id, dice);
    Visitor visitor = event.visitor();
    byte[] record =
        RawObjectWriter.rawObject(
            new SimulatedPost(
                id,
                Instant.ofEpochMilli(event.sentAt()),
                TrackerPayload.of(event),
                visitor.sourceIp(),
                visitor.browser().userAgent(),
                Kind.GOOD));
    return padded(record);
  }

  /** With blanks before the closing brace. */
  private static byte[] padded(byte[] record) {
    if (record.length > RECORD_BYTES) {
      throw new IllegalStateException(
          "a record is too long: " + new String(record, StandardCharsets.UTF_8));
    }
    byte[] padded = Arrays.copyOf(record, RECORD_BYTES);
    Arrays.fill(padded, record.length - 1, RECORD_BYTES - 1, (byte) ' ');
    padded[RECORD_BYTES - 1] = '}';
    return padded;
  }

  private TrackedEvent ofBot(Instant hour, long number, UUID id, Dice dice) {
    Visitor bot = Visitor.crawler(Dice.of(0, BOT, 0));
    long at = hour.toEpochMilli() + number * HOUR_MS / ((long) objects * records);
    Product product = Catalogue.SHOP.product(dice);
    return event(bot, "tab", EventNames.PRODUCT_VIEW, id, at, product.page(), product);
  }

  private TrackedEvent ofVisitor(Instant hour, long number, UUID id, Dice dice) {
    long visit = number / VISIT;
    int step = (int) (number % VISIT);
    Dice ofVisit = Dice.of(hour.toEpochMilli(), VISITS, visit);
    long begins = ofVisit.between(0, HOUR_MS - VISIT * STEP_MS - 1);
    long at = hour.toEpochMilli() + begins + step * STEP_MS + dice.between(0, STEP_MS - 1);
    long visitsOfHour = (long) objects * records / VISIT + 1;
    long newcomers = Math.round(visitsOfHour * NEW_VISITORS);
    Visitor visitor = Visitor.person(0, Duration.between(from, hour).toHours() * newcomers + visit);
    Product product = Catalogue.SHOP.product(ofVisit);
    boolean buys = product.purchasable() && ofVisit.chance(BUYS);
    String tab = "tab-" + visit;
    return switch (step) {
      case 0 -> event(visitor, tab, EventNames.HOME_VIEW, id, at, Page.HOME, null);
      case 1 ->
          event(visitor, tab, EventNames.CATEGORY_VIEW, id, at, product.category().page(), null);
      default -> event(visitor, tab, nameOf(step, buys), id, at, product.page(), product);
    };
  }

  private static String nameOf(int step, boolean buys) {
    return switch (step) {
      case 3 -> buys ? EventNames.ADD_TO_CART_CLICK : EventNames.PRODUCT_VIEW;
      case 4 -> EventNames.CLICK;
      case 6 -> buys ? EventNames.CHECKOUT_START : EventNames.PRODUCT_VIEW;
      default -> EventNames.PRODUCT_VIEW;
    };
  }

  private static TrackedEvent event(
      Visitor visitor, String tab, String name, UUID id, long at, Page page, Product product) {
    return new TrackedEvent(
        visitor,
        tab,
        visitor.newcomer(),
        name,
        id,
        at,
        at,
        null,
        page.url(),
        page.title(),
        null,
        product,
        null,
        null,
        null);
  }
}
