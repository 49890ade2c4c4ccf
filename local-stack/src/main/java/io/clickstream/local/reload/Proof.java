package io.clickstream.local.reload;

import io.clickstream.local.diff.DumpDigest;
import io.clickstream.local.diff.Snapshot;
import io.clickstream.local.diff.TableDiff;
import io.clickstream.local.diff.WarehouseDiff;

/**
 * The comparison of a warehouse with one that was loaded from its raw root without erased records.
 *
 * @param diff what differs
 * @param digest digest of the warehouse
 * @param digestOfReload digest of the other one
 */
record Proof(WarehouseDiff diff, String digest, String digestOfReload) {

  static Proof of(Snapshot warehouse, Snapshot reloaded) {
    return new Proof(
        WarehouseDiff.of(warehouse, reloaded, line -> {}),
        DumpDigest.of(warehouse),
        DumpDigest.of(reloaded));
  }

  /**
   * Returns true if both have the same rows. The warehouse may have tables of its operator. The
   * keys of erased records are not compared: the raw root no longer has those that were purged.
   */
  boolean holds() {
    return diff.settings().isEmpty()
        && diff.tablesOnlyNew().isEmpty()
        && digest.equals(digestOfReload)
        && diff.tables().stream().noneMatch(TableDiff::differs);
  }
}
