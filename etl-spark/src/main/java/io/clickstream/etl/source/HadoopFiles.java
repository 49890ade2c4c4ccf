package io.clickstream.etl.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;
import org.apache.hadoop.util.functional.FutureIO;

/** Files of any Hadoop file system, through Hadoop's public API. */
final class HadoopFiles implements RawFiles {

  /** S3A sends no HEAD before the GET when the length is known; other file systems ignore it. */
  private static final String KNOWN_LENGTH = "fs.option.openfile.length";

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
  public void list(String subfolder, Visitor visitor) throws IOException {
    RemoteIterator<FileStatus> found = fileSystem.listStatusIterator(path(subfolder));
    while (found.hasNext()) {
      FileStatus status = found.next();
      visitor.visit(
          new Entry(
              status.getPath().getName(),
              status.isDirectory(),
              status.getLen(),
              status.getModificationTime()));
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
