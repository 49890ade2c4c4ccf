package io.clickstream.etl.source;

import java.io.Serializable;

/**
 * Objects to be read from one row group of a pack.
 *
 * @param rowGroup its number in the pack, from 0
 * @param objects the wanted objects; the row group may hold others
 */
record RowGroupSelection(Pack pack, int rowGroup, ListedObjects objects) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Returns the most bytes that its pages have, which are compressed. */
  long bytesHeld() {
    return pack.rowGroupBytes();
  }
}
