package io.clickstream.etl.job;

import java.util.Locale;

/** The stages of loading a slice, in order; the ledger has the seconds of each. */
public enum Stage {
  /** Telling new objects from loaded ones. */
  PLAN,
  /** Reading, parsing, and copying into staging. */
  READ_PARSE_STAGE,
  /** Waiting for other runs to end. */
  WAIT_FOR_LOCK,
  /** Deciding which record stands for an event. */
  DEDUPE,
  /** Finding what of the stored histories the slice can change. */
  AFFECTED_RANGES,
  /** Computing sessions, and copying them into staging. */
  SESSIONIZE,
  /** Moving staged rows into the warehouse. */
  MERGE,
  /** Refreshing the marts that it touched. */
  MARTS,
  /** Counting in the tables what was moved; what follows is the ledger row and the commit. */
  BALANCE;

  /** The stage's name in the ledger. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
