package io.clickstream.etl.source;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * Bounds on a file that is named like a pack, so that a file of another program cannot take the
 * memory of the job. Every pack that the job writes is far within them.
 */
final class PackLimits {

  /** Bytes of a footer. That of a pack of 256 MB has about 30 KB. */
  static final int FOOTER_BYTES = 4 << 20;

  /** Objects of a pack. The job writes at most a million. */
  static final long OBJECTS = 4_000_000;

  /**
   * Bytes of a row group as stored. The job ends a row group after four megabytes, which may end
   * with an object of the largest size.
   */
  static final long ROW_GROUP_BYTES = CopyIntoPacks.MAX_OBJECT_BYTES + (8 << 20);

  /** Bytes of the keys of a row group as stored. The driver reads those of eight files at once. */
  static final long KEY_BYTES = 32 << 20;

  /** Bytes of a page after decompression. The job ends a page after one megabyte. */
  static final int PAGE_BYTES = 96 << 20;

  /**
   * Encodings of pages. Parquet's readers of the others allocate memory for as many values as a
   * page claims to have.
   */
  @SuppressWarnings("deprecation")
  static final Set<Encoding> ENCODINGS =
      EnumSet.of(
          Encoding.PLAIN,
          Encoding.RLE,
          Encoding.BIT_PACKED,
          Encoding.PLAIN_DICTIONARY,
          Encoding.RLE_DICTIONARY);

  private PackLimits() {}

  /**
   * Checks what the footer of a file tells.
   *
   * @return bytes of the largest row group as stored
   * @throws NotAPackException if the file exceeds a limit
   * @throws IOException if the footer is damaged
   */
  static long requireWithin(List<BlockMetaData> rowGroups, MessageType schema, Pack pack)
      throws IOException, NotAPackException {
    MessageType keys = PackSchema.reading(schema, PackSchema.KEY);
    MessageType all = PackSchema.readingAll(schema);
    long objects = 0;
    long largest = 0;
    for (BlockMetaData rowGroup : rowGroups) {
      if (rowGroup.getRowCount() < 0) {
        throw new IOException("its footer is damaged: a row group has a negative number of rows");
      }
      objects += Math.min(rowGroup.getRowCount(), OBJECTS + 1);
      requireAtMost(OBJECTS, objects, "objects");
      requireAtMost(
          KEY_BYTES,
          PackReader.rangeOf(rowGroup, keys, pack).length(),
          "bytes of keys in a row group");
      int stored = PackReader.rangeOf(rowGroup, all, pack).length();
      requireAtMost(ROW_GROUP_BYTES, stored, "bytes in a row group");
      largest = Math.max(largest, stored);
      requireKnownEncodings(rowGroup, all);
    }
    return largest;
  }

  private static void requireAtMost(long limit, long found, String unit) throws NotAPackException {
    if (found > limit) {
      throw new NotAPackException(
          "it has more than the %,d %s that a pack may have".formatted(limit, unit));
    }
  }

  private static void requireKnownEncodings(BlockMetaData rowGroup, MessageType schema)
      throws NotAPackException {
    for (ColumnChunkMetaData column : rowGroup.getColumns()) {
      if (schema.containsPath(column.getPath().toArray())) {
        for (Encoding encoding : column.getEncodings()) {
          if (!ENCODINGS.contains(encoding)) {
            throw new NotAPackException(
                "its column '%s' has the encoding %s, which no pack has"
                    .formatted(column.getPath().toDotString(), encoding));
          }
        }
      }
    }
  }
}
