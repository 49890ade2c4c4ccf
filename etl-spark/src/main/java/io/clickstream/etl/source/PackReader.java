package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * Reads packs of a raw store: first the footer, by one request for the last bytes; then the keys,
 * or whole row groups, each by one request.
 *
 * <p>A file that is named like a pack is one of these:
 *
 * <ul>
 *   <li>a <b>pack</b>: a Parquet file with the columns of {@link PackSchema}, all of whose keys are
 *       those of event and batch objects of its hour;
 *   <li><b>not a pack</b>: a Parquet file with other columns or keys, one that exceeds {@link
 *       PackLimits}, or no Parquet file at all;
 *   <li><b>cut short or damaged</b>: it begins like a Parquet file, and its footer or a page cannot
 *       be read. It cannot be told which objects it holds.
 * </ul>
 */
final class PackReader {

  /** Letters of a wrong key that a message shows. */
  private static final int SHOWN_LETTERS = 200;

  /** The footer of a pack of 256 MB has about 30 KB. */
  private static final int TAIL_BYTES = 64 << 10;

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER_BYTES = Integer.BYTES + MAGIC.length;

  private static final Configuration CONFIGURATION = new Configuration(false);

  private final RawStore store;

  PackReader(RawStore store) {
    this.store = store;
  }

  /**
   * Reads the keys of a pack.
   *
   * @param file its key, and its size as listed
   * @throws NotAPackException if it is another file
   * @throws IOException if it cannot be read, or is cut short
   */
  PackContents contents(ListedObject file) throws IOException, NotAPackException {
    Pack opened = open(file);
    PackBytes bytes = new PackBytes(opened);
    HourPrefix hour = new HourPrefix(file.key().hour());
    try (ParquetFileReader reader = open(bytes)) {
      MessageType schema = PackSchema.reading(schema(reader), PackSchema.KEY);
      List<BlockMetaData> rowGroups = reader.getFooter().getBlocks();
      Pack pack =
          opened.withRowGroupBytes(PackLimits.requireWithin(rowGroups, schema(reader), opened));
      ListedObjects.Builder objects = new ListedObjects.Builder(file.key().hour(), List.of(pack));
      for (int i = 0; i < rowGroups.size(); i++) {
        long size = meanBodyBytes(rowGroups.get(i));
        RowGroupDecoder rows = rows(pack, i, schema, bytes, reader);
        while (rows.hasNext()) {
          objects.addPacked(new ListedObject(key(hour, rows.next()), size, 0), i);
        }
      }
      return new PackContents(pack, objects.buildDistinct());
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  /** Returns all row groups of a pack, without the keys of their objects. */
  List<RowGroupSelection> rowGroups(ListedObject file) throws IOException, NotAPackException {
    Pack opened = open(file);
    try (ParquetFileReader reader = open(new PackBytes(opened))) {
      Pack pack =
          opened.withRowGroupBytes(
              PackLimits.requireWithin(reader.getFooter().getBlocks(), schema(reader), opened));
      ListedObjects any = new ListedObjects.Builder(file.key().hour()).build();
      return IntStream.range(0, reader.getFooter().getBlocks().size())
          .mapToObj(rowGroup -> new RowGroupSelection(pack, rowGroup, any))
          .toList();
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  private static RawKey key(HourPrefix hour, PackedObject row) throws NotAPackException {
    if (row.key() == null) {
      throw new NotAPackException("a row has no key");
    }
    return hour.parse(row.key())
        .orElseThrow(
            () ->
                new NotAPackException(
                    "'%s' is not the key of an event or batch object of its hour"
                        .formatted(shown(row.key()))));
  }

  /** Returns the text of a key on one short line. */
  private static String shown(String key) {
    String line = key.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= SHOWN_LETTERS ? line : line.substring(0, SHOWN_LETTERS) + "…";
  }

  /** Returns the mean size of the bodies of a row group, which the keys do not tell. */
  private static long meanBodyBytes(BlockMetaData rowGroup) {
    long bytes = 0;
    for (ColumnChunkMetaData column : rowGroup.getColumns()) {
      if (column.getPath().toDotString().equals(PackSchema.BODY)) {
        bytes = column.getTotalUncompressedSize();
      }
    }
    return bytes / Math.max(1, rowGroup.getRowCount());
  }

  /** Reads the footer of a pack, and checks nothing but that it is there. */
  private Pack open(ListedObject file) throws IOException, NotAPackException {
    long size = file.size();
    Pack pack = new Pack(file.key(), size, range(file.key(), size, tailOf(size, TAIL_BYTES)), 0);
    byte[] tail = pack.tail();
    if (tail.length < MAGIC.length + TRAILER_BYTES || !endsWithMagic(tail)) {
      throw withoutFooter(file);
    }
    int footer =
        ByteBuffer.wrap(tail, tail.length - TRAILER_BYTES, Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    long needed = (long) footer + TRAILER_BYTES;
    if (footer <= 0 || needed > size) {
      throw new IOException("its footer is damaged: it would have " + footer + " bytes");
    }
    if (footer > PackLimits.FOOTER_BYTES) {
      throw new IOException(
          "its footer would have %,d bytes, more than the %,d of any pack"
              .formatted(footer, PackLimits.FOOTER_BYTES));
    }
    return needed <= tail.length
        ? pack
        : new Pack(file.key(), size, range(file.key(), size, tailOf(size, needed)), 0);
  }

  /** A range of bytes. */
  record Range(long from, int length) {}

  private static Range tailOf(long size, long bytes) {
    int length = (int) Math.min(size, bytes);
    return new Range(size - length, length);
  }

  private byte[] range(RawKey key, long size, Range range) throws IOException {
    return range.length() == 0
        ? new byte[0]
        : store.readRange(key, size, range.from(), range.length());
  }

  private static boolean endsWithMagic(byte[] bytes) {
    return Arrays.equals(bytes, bytes.length - MAGIC.length, bytes.length, MAGIC, 0, MAGIC.length);
  }

  /** Tells a Parquet file that is cut short from another file, by its first bytes. */
  private IOException withoutFooter(ListedObject file) throws IOException, NotAPackException {
    int length = (int) Math.min(file.size(), MAGIC.length);
    byte[] head = range(file.key(), file.size(), new Range(0, length));
    if (!Arrays.equals(head, Arrays.copyOf(MAGIC, length))) {
      throw new NotAPackException("it is not a Parquet file");
    }
    return new IOException("it ends after %d bytes without a footer".formatted(file.size()));
  }

  /**
   * Reads all columns of a row group. All its bytes are in memory before the first row is taken.
   *
   * @return the rows, to be closed
   */
  RowGroupDecoder rows(RowGroupSelection part) throws IOException {
    Pack pack = part.pack();
    PackBytes bytes = new PackBytes(pack);
    ParquetFileReader reader = null;
    try {
      reader = open(bytes);
      MessageType schema = PackSchema.readingAll(schema(reader));
      return rows(pack, part.rowGroup(), schema, bytes, reader);
    } catch (NotAPackException | RuntimeException e) {
      close(reader);
      throw damaged(e);
    } catch (IOException e) {
      close(reader);
      throw e;
    }
  }

  private static void close(ParquetFileReader reader) throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  private RowGroupDecoder rows(
      Pack pack, int rowGroup, MessageType schema, PackBytes bytes, ParquetFileReader reader)
      throws IOException {
    Range range = rangeOf(reader.getFooter().getBlocks().get(rowGroup), schema, pack);
    if (range.length() > PackLimits.ROW_GROUP_BYTES) {
      throw new IOException("a row group has %,d bytes".formatted(range.length()));
    }
    bytes.hold(range.from(), range(pack.key(), pack.size(), range));
    reader.setRequestedSchema(schema);
    PageReadStore pages = new BoundedPages(reader.readRowGroup(rowGroup));
    RecordReader<PackedObject> records =
        new ColumnIOFactory()
            .getColumnIO(schema)
            .getRecordReader(pages, new PackedObjectMaterializer(schema));
    return new RowGroupDecoder(reader, records, pages.getRowCount());
  }

  /** Returns the range with all pages of the columns of a schema in a row group. */
  static Range rangeOf(BlockMetaData rowGroup, MessageType schema, Pack pack) throws IOException {
    long from = Long.MAX_VALUE;
    long to = 0;
    for (ColumnChunkMetaData column : rowGroup.getColumns()) {
      if (schema.containsPath(column.getPath().toArray())) {
        from = Math.min(from, column.getStartingPos());
        to = Math.max(to, column.getStartingPos() + column.getTotalSize());
      }
    }
    if (from < 0
        || from > to
        || to > pack.size()
        || to - from > Integer.MAX_VALUE - TRAILER_BYTES) {
      throw new IOException("its footer is damaged: pages are at %d to %d".formatted(from, to));
    }
    return new Range(from, (int) (to - from));
  }

  private static ParquetFileReader open(PackBytes bytes) throws IOException {
    // Each reader has options of its own, since these hold its decompressors.
    return new ParquetFileReader(
        bytes,
        HadoopReadOptions.builder(CONFIGURATION)
            .usePageChecksumVerification(true)
            .withCodecFactory(new BoundedPages.Codecs(new CodecFactory(CONFIGURATION, 0)))
            .build());
  }

  private static MessageType schema(ParquetFileReader reader) {
    return reader.getFooter().getFileMetaData().getSchema();
  }

  /** Parquet reports damage by exceptions of many types. */
  static IOException damaged(Exception e) {
    return new IOException(
        "it is damaged: " + (e.getMessage() == null ? e.toString() : e.getMessage()), e);
  }
}
