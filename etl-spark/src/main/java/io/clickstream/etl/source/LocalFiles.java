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

/**
 * Files of this machine without Hadoop, which asks the system a dozen times where three calls do:
 * for files of a kilobyte that is most of the time. A file is its bytes, as it is on S3: checksums
 * that Hadoop may have left beside it are neither shown nor asked.
 */
final class LocalFiles implements RawFiles {

  private final File root;

  LocalFiles(File root) {
    this.root = root;
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
      // Gone since its folder was read, or a link to nowhere: not there.
      return;
    }
  }

  private static boolean isChecksum(String name) {
    return name.startsWith(".") && name.endsWith(".crc");
  }

  @Override
  public InputStream open(String file, long size) throws IOException {
    return new FileInputStream(file(file));
  }

  @Override
  public boolean exists(String file) {
    return file(file).exists();
  }

  @Override
  public void touchRoot() throws IOException {
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
