package io.clickstream.etl.source;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/**
 * Files of this machine, read without Hadoop. Hadoop makes a dozen system calls for a file where
 * three suffice, and for a file of a kilobyte they take most of the time. Checksum files that
 * Hadoop may have written are neither listed nor read.
 */
final class LocalFiles implements RawFiles {

  private final File root;
  private final ReadRetry retry;

  LocalFiles(File root, ReadRetry retry) {
    this.root = root;
    this.retry = retry;
  }

  @Override
  public void list(String folder, Visitor visitor) throws IOException {
    Path path = file(folder).toPath();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path)) {
      for (Path file : found) {
        show(file, visitor);
      }
    } catch (NotDirectoryException e) {
      show(path, visitor);
    } catch (NoSuchFileException e) {
      throw notFound(e);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void show(Path file, Visitor visitor) throws IOException {
    String name = file.getFileName().toString();
    if (isChecksum(name)) {
      return;
    }
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      visitor.visit(
          new Entry(
              name,
              attributes.isDirectory(),
              attributes.size(),
              attributes.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException e) {
      // The file was deleted during the listing, or is a link without a target.
      return;
    }
  }

  private static boolean isChecksum(String name) {
    return name.startsWith(".") && name.endsWith(".crc");
  }

  @Override
  public <T> T read(String file, long size, FunctionRaisingIOE<InputStream, T> reader)
      throws IOException {
    return retry.call(
        () -> {
          try (InputStream in = new FileInputStream(file(file))) {
            return reader.apply(in);
          }
        });
  }

  @Override
  public boolean exists(String file) {
    return file(file).exists();
  }

  @Override
  public void requireRoot() throws IOException {
    try {
      Files.readAttributes(root.toPath(), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw notFound(e);
    }
  }

  private File file(String relative) {
    return relative.isEmpty() ? root : new File(root, relative);
  }

  private static FileNotFoundException notFound(NoSuchFileException thrown) {
    FileNotFoundException notFound = new FileNotFoundException(thrown.getMessage());
    notFound.initCause(thrown);
    return notFound;
  }
}
