package io.clickstream.local.diff;

import io.clickstream.etl.sql.CopiedRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * The SHA-256 of all rows of the platform's tables that the promise covers, in their order.
 *
 * <p>Tables come in the order of their names. Each is a line with its name, then its rows in the
 * order of the primary key, as {@code COPY} writes them: first the columns of the key, then the
 * others. The settings are left out, and so is the ledger. Two warehouses with the same rows have
 * the same digest. The table {@code erased_records} is left out, so that the digest is that of a
 * warehouse without the erased records.
 */
public final class DumpDigest {

  private DumpDigest() {}

  /** Returns the digest of a state, in lower-case hexadecimal digits. It reads every row. */
  public static String of(Snapshot snapshot) {
    MessageDigest digest = sha256();
    // An operator's own tables are not the platform's.
    Set<String> platform = Set.copyOf(snapshot.rows("platform_tables", row -> row.getString(1)));
    for (Map.Entry<String, TableColumns> table : TableColumns.of(snapshot).entrySet()) {
      String name = table.getKey();
      TableColumns columns = table.getValue();
      if (!platform.contains(name)) {
        continue;
      }
      ComparedTable rows =
          ComparedTable.of(name, columns, columns)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "Cannot compute the digest: %s has no primary key, or may not be read."
                              .formatted(name)));
      digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      add(digest, snapshot.copy(rows.query(columns)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, CopiedRows rows) {
    for (byte[][] row = rows.next(); row != null; row = rows.next()) {
      for (int i = 0; i < row.length; i++) {
        if (i > 0) {
          digest.update((byte) '\t');
        }
        digest.update(row[i]);
      }
      digest.update((byte) '\n');
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash rows: this Java platform has no SHA-256.", e);
    }
  }
}
