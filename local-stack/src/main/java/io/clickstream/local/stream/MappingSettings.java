package io.clickstream.local.stream;

import java.time.Duration;

/**
 * Settings of an event source mapping, with the names of AWS.
 *
 * @param batchSize greatest number of records of a batch
 * @param batchWindow longest time that a record waits for others of its batch
 * @param maximumRecordAge age after which a record is discarded; it is counted, and the failure
 *     destination gets its place in the stream
 */
public record MappingSettings(int batchSize, Duration batchWindow, Duration maximumRecordAge) {

  /** Returns the settings of {@code StreamStack} with another window. */
  public static MappingSettings withWindow(Duration batchWindow) {
    return new MappingSettings(10_000, batchWindow, Duration.ofHours(22));
  }
}
