package io.clickstream.etl.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Files of any Hadoop file system: the common path. On S3 it lists, and opens what {@link
 * DirectS3Files} leaves to it.
 */
final class HadoopFiles implements RawFiles {

  /** With the length known, S3A needs no HEAD before the GET; others ignore it. */
  private static final String KNOWN_LENGTH = "fs.option.openfile.length";

  private final FileSystem fileSystem;
  private final URI root;

  /** Below the root as Hadoop has it: escapes of the URI decoded. */
  private final Path folder;

  HadoopFiles(FileSystem fileSystem, URI root) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.folder = new Path(root);
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
  public InputStream open(String file, long size) throws IOException {
    FutureDataInputStreamBuilder builder =
        fileSystem.openFile(path(file)).opt(KNOWN_LENGTH, Long.toString(size));
    return FutureIO.awaitFuture(builder.build());
  }

  @Override
  public boolean exists(String file) throws IOException {
    return fileSystem.exists(path(file));
  }

  @Override
  public void touchRoot() throws IOException {
    if (isObjectStore()) {
      // A bucket without the prefix is an empty root, so the bucket itself is asked.
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
