package io.clickstream.etl.staging;

/** The format of {@code COPY … (FORMAT binary)}, as PostgreSQL's manual of COPY describes it. */
final class BinaryCopy {

  /** What comes first, to the length of the header's extension, which follows as an int. */
  static final int SIGNATURE_AND_FLAGS = 15;

  /** Instead of a number of fields, behind the last row. */
  static final int END = -1;

  /** Instead of a field's length. */
  static final int NULL = -1;

  static final byte JSONB_VERSION = 1;

  /** PostgreSQL counts from 2000-01-01. */
  static final long EPOCH_MICROS = 946_684_800_000_000L;

  static final int EPOCH_DAYS = 10_957;

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private BinaryCopy() {}

  /** Signature, no flags, no extension. */
  static byte[] header() {
    return HEADER.clone();
  }
}
