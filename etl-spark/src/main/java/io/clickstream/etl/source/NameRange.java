package io.clickstream.etl.source;

/**
 * Names of files in a folder.
 *
 * @param prefix with which they begin
 * @param after after which they sort, in the order of their bytes
 */
record NameRange(String prefix, String after) {

  /** Returns whether a name is in the range. */
  boolean has(String name) {
    return name.startsWith(prefix) && name.compareTo(after) > 0;
  }
}
