package io.clickstream.etl.staging;

/** Constants of the format of {@code COPY … (FORMAT binary)}, see PostgreSQL's page on COPY. */
final class BinaryCopy {

  /** Bytes before the length of the header's extension. */
  static final int SIGNATURE_AND_FLAGS = 15;

  /** Replaces the number of fields after the last row. */
  static final int END = -1;

  /** Replaces the length of a field that is NULL. */
  static final int NULL = -1;

  /** First byte of a JSONB value. */
  static final byte JSONB_VERSION = 1;

  /** Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's timestamps begin. */
  static final long EPOCH_MICROS = 946_684_800_000_000L;

  /** Days from 1970-01-01 to 2000-01-01, where PostgreSQL's dates begin. */
  static final int EPOCH_DAYS = 10_957;

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private BinaryCopy() {}

  /** Returns a header with the signature, without flags and without an extension. */
  static byte[] header() {
    return HEADER.clone();
  }
}
