package io.clickstream.etl.source;

import io.clickstream.etl.source.s3.DirectListings;
import io.clickstream.etl.source.s3.DirectReads;
import io.clickstream.etl.source.s3.DirectWrites;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/**
 * Files of Hadoop's S3A file system. S3A lists whole folders, and {@link DirectListings} parts of
 * them; {@link DirectReads} reads whole files, and {@link DirectWrites} writes and deletes them.
 */
final class S3Files implements RawFiles {

  private final HadoopFiles throughS3A;
  private final DirectReads direct;
  private final Optional<DirectWrites> writes;
  private final Optional<DirectListings> listings;

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
    this.writes = DirectWrites.of(fileSystem);
    this.listings = DirectListings.of(fileSystem);
    String folder = root.toUri().getPath().substring(1);
    this.prefix = folder.isEmpty() ? "" : folder + "/";
  }

  @Override
  public void list(String folder, Predicate<String> wanted, Visitor visitor) throws IOException {
    throughS3A.list(folder, wanted, visitor);
  }

  @Override
  public void list(String folder, NameRange names, Visitor visitor) throws IOException {
    if (listings.isEmpty()) {
      throughS3A.list(folder, names, visitor);
      return;
    }
    listings
        .get()
        .list(
            prefix + folder + "/",
            names.prefix(),
            names.after(),
            (name, size, lastModified) ->
                visitor.visit(new Entry(name, false, size, lastModified)));
  }

  @Override
  public <T> T read(String file, long size, FunctionRaisingIOE<InputStream, T> reader)
      throws IOException {
    return direct.read(prefix + file, reader, () -> throughS3A.read(file, size, reader));
  }

  @Override
  public byte[] readRange(String file, long size, long from, int length) throws IOException {
    return throughS3A.readRange(file, size, from, length);
  }

  @Override
  public boolean create(String file, java.nio.file.Path content) throws IOException {
    return writes.isPresent()
        ? writes.get().create(prefix + file, content)
        : throughS3A.create(file, content);
  }

  @Override
  public void delete(List<String> files) throws IOException {
    if (writes.isPresent()) {
      writes.get().delete(files.stream().map(file -> prefix + file).toList());
    } else {
      throughS3A.delete(files);
    }
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
