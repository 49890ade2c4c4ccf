package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files under the scheme {@code flaky}: the first reads of each fail. */
public final class FlakyFileSystem extends RawLocalFileSystem {

  /** The ways in which a read fails. */
  enum Fault {
    REFUSED_AT_OPENING,
    BROKEN_IN_THE_BODY,
    ENDED_EARLY,
    UNCHECKED,
    FORBIDDEN,
    MISSING_THOUGH_THERE
  }

  private static final Map<String, AtomicInteger> OPENED = new ConcurrentHashMap<>();
  private static volatile Fault fault;
  private static volatile int times;

  /** Makes the first reads of each file fail from now on. */
  static void fail(Fault with, int firstReads) {
    OPENED.clear();
    fault = with;
    times = firstReads;
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.flaky.impl", FlakyFileSystem.class.getName());
    return configuration;
  }

  /** Returns how often a file was opened. */
  static int opened(String fileName) {
    return OPENED.get(fileName).get();
  }

  @Override
  public URI getUri() {
    return URI.create("flaky:///");
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    int attempt =
        OPENED.computeIfAbsent(path.getName(), name -> new AtomicInteger()).incrementAndGet();
    FSDataInputStream whole = super.open(path, bufferSize);
    if (attempt > times) {
      return whole;
    }
    switch (fault) {
      case REFUSED_AT_OPENING -> throw new IOException("503 slow down");
      case FORBIDDEN -> throw new AccessDeniedException(path.toString());
      case MISSING_THOUGH_THERE -> throw new FileNotFoundException(path + " (Permission denied)");
      default -> {
        return new FSDataInputStream(new Broken(whole, fault));
      }
    }
  }

  /** Returns the first byte and then fails. */
  private static final class Broken extends FSInputStream {

    private final InputStream whole;
    private final Fault with;
    private int position;

    Broken(InputStream whole, Fault with) {
      this.whole = whole;
      this.with = with;
    }

    @Override
    public int read() throws IOException {
      if (position++ == 0) {
        return whole.read();
      }
      return switch (with) {
        case BROKEN_IN_THE_BODY -> throw new SocketException("connection reset");
        case UNCHECKED -> throw new IllegalStateException("checksum mismatch");
        default -> -1;
      };
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int one = read();
      if (one < 0) {
        return -1;
      }
      buffer[offset] = (byte) one;
      return 1;
    }

    @Override
    public void seek(long to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }
  }
}
