package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.Limits;
import java.time.temporal.ChronoUnit;

/**
 * Fuzz target: a record, parsed to an event.
 *
 * <p>Any bytes give an event that PostgreSQL can store, or a rejection, and the same each time.
 */
public final class EventParserTarget {

  private static final ParseRules RULES = new ParseRules(2);
  private static final EventParser USED = new EventParser(RULES);

  private static final int OCCURRED_AT = Columns.STAGED_EVENT.indexOf("occurred_at");
  private static final int EVENT_TIMESTAMP = Columns.STAGED_EVENT.indexOf("event_timestamp");
  private static final long EARLIEST = micros(Limits.EARLIEST.minus(Limits.QUEUE_TIME));
  private static final long LATEST = micros(Limits.LATEST);

  private EventParserTarget() {}

  private static long micros(java.time.Instant time) {
    return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time);
  }

  public static void fuzzerTestOneInput(byte[] body) {
    Object[] event = parse(new EventParser(RULES), body);
    assertThat(parse(USED, body)).isEqualTo(event);
    if (event != null) {
      StorableEvent.require(event);
      assertThat((Long) event[EVENT_TIMESTAMP]).isBetween(EARLIEST, LATEST);
      assertThat((Long) event[OCCURRED_AT]).isBetween(EARLIEST, (Long) event[EVENT_TIMESTAMP]);
    }
  }

  private static Object[] parse(EventParser parser, byte[] body) {
    try {
      return parser.parse(ParsedRecord.KEY, ParsedRecord.LAST_MODIFIED, body, body.length);
    } catch (RejectedRecordException e) {
      return null;
    }
  }
}
