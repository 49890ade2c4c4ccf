package io.clickstream.etl.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes the Parquet file of a pack on this machine. */
final class PackWriter implements AutoCloseable {

  /**
   * Compressed bytes of a row group, about 30,000 events. A task reads a row group as a whole, so
   * this bounds its memory, and is the smallest unit that tasks share.
   */
  static final long ROW_GROUP_BYTES = 4 << 20;

  /** Bytes of a page before compression; a page holds at least one object. */
  private static final int PAGE_BYTES = 1 << 20;

  private final ParquetWriter<PackedObject> writer;

  /** Opens a file, which is created. */
  PackWriter(Path file) throws IOException {
    writer =
        new Builder(new LocalOutputFile(file))
            .withConf(new Configuration(false))
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withDictionaryEncoding(false)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withPageSize(PAGE_BYTES)
            // Sizes are checked at each row, since one object may be as large as a row group.
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(1)
            .build();
  }

  /** Writes a row; no value of it may be null. */
  void write(PackedObject object) throws IOException {
    writer.write(object);
  }

  /** Returns about the number of bytes so far. */
  long size() {
    return writer.getDataSize();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder extends ParquetWriter.Builder<PackedObject, Builder> {

    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    // The one that Parquet 1.13 of Spark 3.5 has as well.
    @SuppressWarnings("deprecation")
    @Override
    protected WriteSupport<PackedObject> getWriteSupport(Configuration configuration) {
      return new Rows();
    }
  }

  private static final class Rows extends WriteSupport<PackedObject> {
    private RecordConsumer consumer;

    @SuppressWarnings("deprecation")
    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(PackSchema.WRITTEN, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(PackedObject object) {
      consumer.startMessage();
      binary(PackSchema.KEY, 0, object.key().getBytes(StandardCharsets.UTF_8));
      consumer.startField(PackSchema.LAST_MODIFIED, 1);
      consumer.addLong(object.lastModifiedMicros());
      consumer.endField(PackSchema.LAST_MODIFIED, 1);
      binary(PackSchema.BODY, 2, object.body());
      consumer.endMessage();
    }

    private void binary(String name, int index, byte[] value) {
      consumer.startField(name, index);
      consumer.addBinary(Binary.fromConstantByteArray(value));
      consumer.endField(name, index);
    }
  }
}
