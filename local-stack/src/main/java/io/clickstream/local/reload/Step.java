package io.clickstream.local.reload;

/** The steps of a swap, in their order. Tests end the process at each of them. */
enum Step {
  /** The old warehouse is locked: its loads wait. */
  LOCKED,
  /** The new warehouse has every object that the old one has. */
  LOADED,
  /** The first database has its new name, but only for this transaction. */
  FIRST_RENAMED,
  /** Both databases have their new names, but only for this transaction. */
  BOTH_RENAMED,
  /** Everyone sees the new names. */
  COMMITTED
}
