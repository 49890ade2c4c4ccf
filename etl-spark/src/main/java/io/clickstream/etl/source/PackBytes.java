package io.clickstream.etl.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file of which two ranges are in memory: its last bytes, and one that may change. */
final class PackBytes implements InputFile {

  private final Pack pack;
  private long from;
  private byte[] range = new byte[0];

  /** Creates the file with its last bytes only. */
  PackBytes(Pack pack) {
    this.pack = pack;
  }

  /** Holds other bytes of the file in place of the last ones that this was called with. */
  void hold(long newFrom, byte[] bytes) {
    from = newFrom;
    range = bytes;
  }

  @Override
  public long getLength() {
    return pack.size();
  }

  @Override
  public SeekableInputStream newStream() {
    Positioned bytes = new Positioned();
    return new DelegatingSeekableInputStream(bytes) {
      @Override
      public long getPos() {
        return bytes.position;
      }

      @Override
      public void seek(long newPosition) {
        bytes.position = newPosition;
      }
    };
  }

  @Override
  public String toString() {
    return pack.toString();
  }

  private final class Positioned extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position >= pack.size()) {
        return -1;
      }
      long tailFrom = pack.size() - pack.tail().length;
      boolean inTail = position >= tailFrom;
      byte[] source = inTail ? pack.tail() : range;
      long at = position - (inTail ? tailFrom : from);
      if (at < 0 || at >= source.length) {
        throw new EOFException("its footer points to byte " + position);
      }
      int read = (int) Math.min(length, source.length - at);
      System.arraycopy(source, (int) at, into, offset, read);
      position += read;
      return read;
    }
  }
}
