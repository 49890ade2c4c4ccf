package io.clickstream.ingest;

import java.io.IOException;
import java.util.OptionalLong;

/** What is measured of one request on its way. */
final class Tally {

  /** Something that stores. */
  @FunctionalInterface
  interface Store {
    void run() throws IOException;
  }

  private final long begun = System.nanoTime();
  private int bytes;
  private long storeNanos = -1;

  void bytes(int count) {
    bytes = count;
  }

  /** Of the body, decoded; 0 when it wasn't looked at. */
  int bytes() {
    return bytes;
  }

  /** Runs it, and remembers how long it took, also when it fails. */
  void timeStore(Store store) throws IOException {
    long start = System.nanoTime();
    try {
      store.run();
    } finally {
      storeNanos = System.nanoTime() - start;
    }
  }

  /** How long storing took; empty when nothing was to be stored. */
  OptionalLong storeNanos() {
    return storeNanos < 0 ? OptionalLong.empty() : OptionalLong.of(storeNanos);
  }

  /** Since the request came. */
  long nanos() {
    return System.nanoTime() - begun;
  }
}
