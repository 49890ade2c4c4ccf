package io.clickstream.etl.source;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/**
 * Files of this machine, read without Hadoop. Hadoop makes a dozen system calls for a file where
 * three suffice, and for a file of a kilobyte they take most of the time. Checksum files that
 * Hadoop may have written are neither listed nor read.
 */
final class LocalFiles implements RawFiles {

  private static final String COPY_SUFFIX = ".tmp";

  /** Copying a pack takes seconds. */
  private static final Duration COPY_IS_OLD_AFTER = Duration.ofHours(1);

  private final File root;
  private final ReadRetry retry;

  LocalFiles(File root, ReadRetry retry) {
    this.root = root;
    this.retry = retry;
  }

  @Override
  public void list(String folder, Predicate<String> wanted, Visitor visitor) throws IOException {
    Path path = file(folder).toPath();
    try {
      // Packs last, as S3 lists them: an object may move into a pack during the listing.
      list(path, name -> !isPack(name) && wanted.test(name), visitor);
      list(path, name -> isPack(name) && wanted.test(name), visitor);
    } catch (NotDirectoryException e) {
      if (wanted.test(path.getFileName().toString())) {
        show(path, visitor);
      }
    } catch (NoSuchFileException e) {
      throw notFound(e);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void list(Path folder, Predicate<String> wanted, Visitor visitor)
      throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path file : found) {
        if (wanted.test(file.getFileName().toString())) {
          show(file, visitor);
        }
      }
    }
  }

  private static boolean isPack(String name) {
    return name.startsWith("pack-");
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
  public byte[] readRange(String file, long size, long from, int length) throws IOException {
    return retry.call(
        () -> {
          try (RandomAccessFile in = new RandomAccessFile(file(file), "r")) {
            byte[] bytes = new byte[length];
            in.seek(from);
            in.readFully(bytes);
            return bytes;
          }
        });
  }

  /** Copies under another name, and renames the copy when the disk has it. */
  @Override
  public boolean create(String file, Path content) throws IOException {
    Path target = file(file).toPath();
    if (Files.exists(target)) {
      return false;
    }
    Files.createDirectories(target.getParent());
    String prefix = "." + target.getFileName() + ".";
    deleteOldCopies(target.getParent());
    Path copy = target.resolveSibling(prefix + UUID.randomUUID() + COPY_SUFFIX);
    try {
      Files.copy(content, copy);
      sync(copy, StandardOpenOption.WRITE);
      Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
    sync(target.getParent(), StandardOpenOption.READ);
    return true;
  }

  /** Deletes what runs left that were killed while they copied. */
  private static void deleteOldCopies(Path folder) throws IOException {
    Instant old = Instant.now().minus(COPY_IS_OLD_AFTER);
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, ".pack-*" + COPY_SUFFIX)) {
      for (Path copy : copies) {
        if (Files.getLastModifiedTime(copy).toInstant().isBefore(old)) {
          Files.deleteIfExists(copy);
        }
      }
    } catch (NoSuchFileException e) {
      // Another run has renamed or deleted its copy.
      return;
    }
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(List<String> files) throws IOException {
    for (String file : files) {
      Path path = file(file).toPath();
      Files.deleteIfExists(path);
      Files.deleteIfExists(path.resolveSibling("." + path.getFileName() + ".crc"));
    }
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
