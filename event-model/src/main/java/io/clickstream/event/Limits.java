package io.clickstream.event;

import java.time.Duration;
import java.time.Instant;

/**
 * The limits on input, shared by the Lambda and the job. The Lambda rejects every record that the
 * job would reject.
 */
public final class Limits {

  /** Greatest size of a record that the job parses, in bytes. */
  public static final int RECORD_BYTES = 1 << 20;

  /** Greatest request body that the Lambda accepts, in bytes. */
  public static final int BODY_BYTES = 256 << 10;

  /** Greatest nesting depth of arrays and objects; the outermost object has depth 1. */
  public static final int JSON_DEPTH = 64;

  /** Greatest number of events in one POST. */
  public static final int BATCH_EVENTS = 100;

  /** Greatest length of an id in UTF-8 bytes; a longer id is replaced by its hash. */
  public static final int ID_BYTES = 200;

  /** Greatest length of an event name in UTF-8 bytes; a record with a longer one is rejected. */
  public static final int EVENT_NAME_BYTES = 128;

  /** Greatest number of lines that are stored of an order. */
  public static final int ORDER_LINES = 200;

  /** Greatest usable value of an order in minor units. */
  public static final long ORDER_VALUE_MINOR = 1_000_000_000_000_000L;

  /** Greatest length of other text in code points; the rest is cut off. */
  public static final int TEXT_CODE_POINTS = 8_192;

  /** Number of bytes that are stored of a rejected record. */
  public static final int REJECT_BODY_BYTES = 64 << 10;

  /** Earliest usable timestamp. */
  public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  /** End of the usable timestamps, exclusive: 2100 is the last usable year. */
  public static final Instant LATEST = Instant.parse("2101-01-01T00:00:00Z");

  /**
   * Longest time from the end of the hour in an object's key to a time of reception in its payload.
   */
  public static final Duration AFTER_KEY_HOUR = Duration.ofHours(24);

  /** Longest time that an event can wait in a client's queue. */
  public static final Duration QUEUE_TIME = Duration.ofDays(7);

  private Limits() {}
}
