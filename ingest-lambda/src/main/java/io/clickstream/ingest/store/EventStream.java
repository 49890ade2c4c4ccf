package io.clickstream.ingest.store;

import java.io.IOException;
import java.util.List;

/** A stream that keeps records until they are written to S3. Safe for use by several threads. */
@FunctionalInterface
public interface EventStream {

  /**
   * Puts all records on the stream. A record may be put twice, for example after a lost response.
   *
   * @param deadline the time at which to give up
   * @throws IOException when it is not certain that all records are on the stream; the message
   *     holds no part of the payload
   */
  void putAll(List<StreamRecord> records, Deadline deadline) throws IOException;
}
