package io.clickstream.etl.job;

/**
 * How hours are divided into slices.
 *
 * @param sliceRecords bound of the records of a slice with more than one hour
 * @param stagesAhead whether the next slice is read and staged while one merges
 */
public record Slicing(long sliceRecords, boolean stagesAhead) {

  /** Up to 500,000 records, staged ahead. */
  public static final Slicing USUAL = new Slicing(SlicePlan.MOST_RECORDS, true);

  /** Up to 500,000 records, one slice after another. */
  static final Slicing IN_TURN = new Slicing(SlicePlan.MOST_RECORDS, false);

  /** Each hour with a record is a slice of its own, one after another. */
  static final Slicing BY_HOUR = new Slicing(0, false);
}
