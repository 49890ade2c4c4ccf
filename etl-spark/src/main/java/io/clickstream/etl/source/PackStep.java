package io.clickstream.etl.source;

/** The steps of packing a part of an hour, in order. */
enum PackStep {
  /** The objects are read, and the pack is complete on this machine. */
  WRITTEN_HERE,
  /** The pack is in the store. */
  STORED,
  /** The pack was read back and has every object. */
  VERIFIED,
  /** The objects were listed again. */
  LISTED_AGAIN,
  /** A group of objects is deleted. */
  DELETED
}
