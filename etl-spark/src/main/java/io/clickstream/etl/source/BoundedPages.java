package io.clickstream.etl.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * The pages of a row group. Reading one fails if it exceeds a limit of {@link PackLimits}, whatever
 * the footer of the file told.
 */
final class BoundedPages implements PageReadStore {

  private static final int LENGTH_BYTES = Integer.BYTES;

  private final PageReadStore pages;

  BoundedPages(PageReadStore pages) {
    this.pages = pages;
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    PageReader reader = pages.getPageReader(column);
    return new PageReader() {
      @Override
      public DictionaryPage readDictionaryPage() {
        return required(reader.readDictionaryPage());
      }

      @Override
      public long getTotalValueCount() {
        return reader.getTotalValueCount();
      }

      @Override
      public DataPage readPage() {
        DataPage page = reader.readPage();
        if (page != null) {
          requireKnown(page.accept(ENCODING));
        }
        return page;
      }
    };
  }

  private static final DataPage.Visitor<Encoding> ENCODING =
      new DataPage.Visitor<>() {
        @Override
        public Encoding visit(DataPageV1 page) {
          return page.getValueEncoding();
        }

        @Override
        public Encoding visit(DataPageV2 page) {
          return page.getDataEncoding();
        }
      };

  private static void requireKnown(Encoding encoding) {
    if (!PackLimits.ENCODINGS.contains(encoding)) {
      throw new ParquetDecodingException("a page has the encoding " + encoding);
    }
  }

  /** Parquet allocates memory for as many values as a dictionary claims to have. */
  private static DictionaryPage required(DictionaryPage page) {
    if (page != null) {
      requireKnown(page.getEncoding());
      if (page.getDictionarySize() > page.getUncompressedSize() / LENGTH_BYTES) {
        throw new ParquetDecodingException(
            "a dictionary of %,d bytes claims to have %,d values"
                .formatted(page.getUncompressedSize(), page.getDictionarySize()));
      }
    }
    return page;
  }

  /** Codecs that decompress no page above the limit. */
  record Codecs(CompressionCodecFactory codecs) implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      return new Decompressor(codecs.getDecompressor(codec));
    }

    @Override
    public void release() {
      codecs.release();
    }
  }

  private record Decompressor(CompressionCodecFactory.BytesInputDecompressor decompressor)
      implements CompressionCodecFactory.BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      requireWithin(size);
      return decompressor.decompress(bytes, size);
    }

    @Override
    public void decompress(ByteBuffer from, int fromSize, ByteBuffer into, int intoSize)
        throws IOException {
      requireWithin(intoSize);
      decompressor.decompress(from, fromSize, into, intoSize);
    }

    private static void requireWithin(int size) {
      if (size < 0 || size > PackLimits.PAGE_BYTES) {
        throw new ParquetDecodingException(
            "a page would have %,d bytes, more than %,d".formatted(size, PackLimits.PAGE_BYTES));
      }
    }

    @Override
    public void release() {
      decompressor.release();
    }
  }
}
