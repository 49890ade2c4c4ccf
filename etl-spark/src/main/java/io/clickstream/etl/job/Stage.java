package io.clickstream.etl.job;

import java.util.Locale;

/** The stages of loading a slice, in order. The ledger has the seconds of each. */
public enum Stage {
  /** Finds the listed objects that are not loaded. */
  PLAN,
  /** Reads and parses the objects, and writes their rows into staging tables. */
  READ_PARSE_STAGE,
  /** Decides which record of each event id wins. */
  DEDUPE,
  /** Finds the parts of visitors' histories whose sessions can change, and gathers their rows. */
  AFFECTED_RANGES,
  /** Computes the sessions of those parts, and writes them into staging tables. */
  SESSIONIZE,
  /** Writes the rows to insert, and what the merge changes in the marts, into staging tables. */
  PREPARE,
  /** Waits for the warehouse lock. */
  WAIT_FOR_LOCK,
  /** Moves staged rows into the warehouse. */
  MERGE,
  /** Refreshes the marts. */
  MARTS,
  /** Counts the moved rows. The ledger row and the commit follow. */
  BALANCE;

  /** Returns the name of the stage in the ledger. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
