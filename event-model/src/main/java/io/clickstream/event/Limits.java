package io.clickstream.event;

import java.time.Duration;
import java.time.Instant;

/**
 * The bounds of what is accepted, in one place: the Lambda refuses whatever the job would reject.
 */
public final class Limits {

  /** Greatest size of a record that the job parses, in bytes. */
  public static final int RECORD_BYTES = 1 << 20;

  /** Greatest request body that the Lambda accepts, in bytes. */
  public static final int BODY_BYTES = 256 << 10;

  /** Greatest nesting of arrays and objects; the outermost object is level 1. */
  public static final int JSON_DEPTH = 64;

  /** Greatest number of events in one POST. */
  public static final int BATCH_EVENTS = 100;

  /** A longer id is replaced by its hash; in UTF-8 bytes. */
  public static final int ID_BYTES = 200;

  /** Other text is cut here; in code points. */
  public static final int TEXT_CODE_POINTS = 8_192;

  /** What a rejected record keeps of its bytes. */
  public static final int REJECT_BODY_BYTES = 64 << 10;

  /** Timestamps before this one are unusable. */
  public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  /** Timestamps from this one on are unusable: the year 2100 is the last that counts. */
  public static final Instant LATEST = Instant.parse("2101-01-01T00:00:00Z");

  /** A client's queue holds events for at most this long. */
  public static final Duration QUEUE_TIME = Duration.ofDays(7);

  private Limits() {}
}
