package io.clickstream.etl.source;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.RecordReader;

/** Decodes the rows of a row group, one by one. */
final class RowGroupDecoder implements Iterator<PackedObject>, AutoCloseable {

  private final ParquetFileReader reader;
  private final RecordReader<PackedObject> records;
  private long left;

  RowGroupDecoder(ParquetFileReader reader, RecordReader<PackedObject> records, long rows) {
    this.reader = reader;
    this.records = records;
    this.left = rows;
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  /**
   * Returns the next row.
   *
   * @throws RuntimeException of any type if a page is damaged
   */
  @Override
  public PackedObject next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    left--;
    return records.read();
  }

  /** Releases decompressors. */
  @Override
  public void close() throws IOException {
    reader.close();
  }
}
