package io.clickstream.ingest.http;

import java.io.IOException;
import java.util.OptionalLong;

/** The measurements of one request, which begin when the object is created. */
public final class RequestMetrics {

  /** An operation that writes to the object store or to the stream. */
  @FunctionalInterface
  public interface StoreOperation {
    /** Writes. */
    void run() throws IOException;
  }

  private final long startNanos = System.nanoTime();
  private int bodyBytes;
  private int objects;
  private long storeNanos = -1;
  private long streamNanos = -1;

  /** Records the length of the decoded body. */
  public void bodyBytes(int bytes) {
    bodyBytes = bytes;
  }

  /** Returns the length of the decoded body; 0 when the request was rejected before decoding. */
  public int bodyBytes() {
    return bodyBytes;
  }

  /**
   * Runs an operation of the store and records its duration, also when it fails.
   *
   * @param puts the number of objects that it puts
   */
  public void timeStore(int puts, StoreOperation operation) throws IOException {
    objects = puts;
    long start = System.nanoTime();
    try {
      operation.run();
    } finally {
      storeNanos = System.nanoTime() - start;
    }
  }

  /** Runs an operation of the stream and records its duration, also when it fails. */
  public void timeStream(StoreOperation operation) throws IOException {
    long start = System.nanoTime();
    try {
      operation.run();
    } finally {
      streamNanos = System.nanoTime() - start;
    }
  }

  /** Returns the number of objects that were put, also in vain; 0 when none was. */
  public int objects() {
    return objects;
  }

  /** Returns the duration of the store operation; empty when none ran. */
  public OptionalLong storeNanos() {
    return storeNanos < 0 ? OptionalLong.empty() : OptionalLong.of(storeNanos);
  }

  /** Returns the duration of the operation of the stream; empty when none ran. */
  public OptionalLong streamNanos() {
    return streamNanos < 0 ? OptionalLong.empty() : OptionalLong.of(streamNanos);
  }

  /** Returns the time since the request began. */
  public long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }
}
