package io.clickstream.etl.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;
import org.apache.hadoop.util.functional.FutureIO;

/** Files of any Hadoop file system, through Hadoop's public API. */
final class HadoopFiles implements RawFiles {

  /** S3A sends no HEAD before the GET when the length is known; other file systems ignore it. */
  private static final String KNOWN_LENGTH = "fs.option.openfile.length";

  private static final String READ_POLICY = "fs.option.openfile.read.policy";

  /** S3A then sends one GET for a range, and does not read on. */
  private static final String RANDOM = "random";

  private final FileSystem fileSystem;
  private final URI root;

  /** The root as a path of Hadoop, in which the escapes of the URI are decoded. */
  private final Path folder;

  private final ReadRetry retry;

  HadoopFiles(FileSystem fileSystem, URI root, ReadRetry retry) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.folder = new Path(root);
    this.retry = retry;
  }

  @Override
  public void list(String subfolder, Predicate<String> wanted, Visitor visitor) throws IOException {
    RemoteIterator<FileStatus> found = fileSystem.listStatusIterator(path(subfolder));
    while (found.hasNext()) {
      FileStatus status = found.next();
      String name = status.getPath().getName();
      if (wanted.test(name)) {
        visitor.visit(
            new Entry(name, status.isDirectory(), status.getLen(), status.getModificationTime()));
      }
    }
  }

  @Override
  public <T> T read(String file, long size, FunctionRaisingIOE<InputStream, T> reader)
      throws IOException {
    return retry.call(
        () -> {
          try (InputStream in = open(file, size)) {
            return reader.apply(in);
          }
        });
  }

  @Override
  public byte[] readRange(String file, long size, long from, int length) throws IOException {
    return retry.call(
        () -> {
          FutureDataInputStreamBuilder builder =
              fileSystem
                  .openFile(path(file))
                  .opt(KNOWN_LENGTH, Long.toString(size))
                  .opt(READ_POLICY, RANDOM);
          try (FSDataInputStream in = FutureIO.awaitFuture(builder.build())) {
            byte[] bytes = new byte[length];
            in.readFully(from, bytes);
            return bytes;
          }
        });
  }

  /**
   * An object store shows a file when its stream is closed. Another file system shows it while it
   * is written, so it gets its name afterwards.
   */
  @Override
  public boolean create(String file, java.nio.file.Path content) throws IOException {
    Path target = path(file);
    if (fileSystem.exists(target)) {
      return false;
    }
    if (isObjectStore()) {
      copy(content, target);
      return true;
    }
    Path copy =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      copy(content, copy);
      if (fileSystem.rename(copy, target) || fileSystem.exists(target)) {
        return true;
      }
      throw new IOException("cannot rename " + copy + " to " + target.getName());
    } finally {
      fileSystem.delete(copy, false);
    }
  }

  private void copy(java.nio.file.Path content, Path target) throws IOException {
    FSDataOutputStream out = fileSystem.create(target, false);
    try {
      Files.copy(content, out);
    } catch (IOException | RuntimeException e) {
      // S3A would store what it has when the stream is closed.
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      throw e;
    }
    out.close();
  }

  @Override
  public void delete(List<String> files) throws IOException {
    for (String file : files) {
      fileSystem.delete(path(file), false);
    }
  }

  private InputStream open(String file, long size) throws IOException {
    FutureDataInputStreamBuilder builder =
        fileSystem.openFile(path(file)).opt(KNOWN_LENGTH, Long.toString(size));
    return FutureIO.awaitFuture(builder.build());
  }

  @Override
  public boolean exists(String file) throws IOException {
    return fileSystem.exists(path(file));
  }

  @Override
  public void requireRoot() throws IOException {
    if (isObjectStore()) {
      // A bucket without the prefix is an empty root: only the bucket has to exist.
      fileSystem.listStatusIterator(new Path(root.resolve("/"))).hasNext();
    } else {
      fileSystem.getFileStatus(folder);
    }
  }

  private boolean isObjectStore() {
    return "s3a".equals(root.getScheme())
        || "s3".equals(root.getScheme())
        || "s3n".equals(root.getScheme());
  }

  private Path path(String relative) {
    return relative.isEmpty() ? folder : new Path(folder, relative);
  }
}
