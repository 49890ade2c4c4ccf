package io.clickstream.etl.source;

import io.clickstream.etl.source.s3.DirectReads;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/** Files of Hadoop's S3A file system. S3A lists them, and {@link DirectReads} reads them. */
final class S3Files implements RawFiles {

  private final HadoopFiles throughS3A;
  private final DirectReads direct;

  /** The key of the root: empty, or with a slash at its end. */
  private final String prefix;

  /**
   * Creates the files below a root.
   *
   * @param throughS3A the same files through Hadoop's file system API
   * @param fileSystem S3A
   */
  S3Files(HadoopFiles throughS3A, FileSystem fileSystem, Path root) {
    this.throughS3A = throughS3A;
    this.direct = DirectReads.of(fileSystem);
    String folder = root.toUri().getPath().substring(1);
    this.prefix = folder.isEmpty() ? "" : folder + "/";
  }

  @Override
  public void list(String folder, Visitor visitor) throws IOException {
    throughS3A.list(folder, visitor);
  }

  @Override
  public <T> T read(String file, long size, FunctionRaisingIOE<InputStream, T> reader)
      throws IOException {
    return direct.read(prefix + file, reader, () -> throughS3A.read(file, size, reader));
  }

  @Override
  public boolean exists(String file) throws IOException {
    return throughS3A.exists(file);
  }

  @Override
  public void requireRoot() throws IOException {
    throughS3A.requireRoot();
  }
}
