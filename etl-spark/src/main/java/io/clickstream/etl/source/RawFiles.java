package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files below a raw root, by their paths relative to it. */
interface RawFiles {

  /**
   * What a listing tells of a file or folder.
   *
   * @param name without its folder
   * @param isFolder whether it holds others
   * @param size in bytes
   * @param lastModifiedMillis since 1970-01-01T00:00:00Z
   */
  record Entry(String name, boolean isFolder, long size, long lastModifiedMillis) {}

  /** Takes entries as they are found. */
  @FunctionalInterface
  interface Visitor {
    void visit(Entry entry);
  }

  /**
   * Shows what stands directly in a folder, in no certain order.
   *
   * @param folder empty for the root itself
   * @throws FileNotFoundException when there is no such folder
   */
  void list(String folder, Visitor visitor) throws IOException;

  /**
   * Opens a file.
   *
   * @param size as listed
   * @throws FileNotFoundException at opening or at the first read when it is gone
   */
  InputStream open(String file, long size) throws IOException;

  /** How to read a file anew after a fault, where opening it doesn't repeat requests itself. */
  default Optional<Retry> retry() {
    return Optional.empty();
  }

  /** Whether a file is there now. */
  boolean exists(String file) throws IOException;

  /**
   * Asks for the root (on an object store: its bucket).
   *
   * @throws FileNotFoundException when it is not there
   */
  void touchRoot() throws IOException;
}
