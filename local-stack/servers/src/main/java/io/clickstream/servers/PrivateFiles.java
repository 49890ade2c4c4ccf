package io.clickstream.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Folders and files that only this user may read, and the random secrets in them. */
public final class PrivateFiles {

  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final int SECRET_BYTES = 24;

  private PrivateFiles() {}

  /** Returns 192 random bits as text of letters, digits, {@code -} and {@code _}. */
  public static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Creates a folder with mode 0700. An existing one gets that mode.
   *
   * @throws IOException when the folder belongs to another user
   */
  public static Path folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      if (folder.getParent() != null) {
        Files.createDirectories(folder.getParent());
      }
      return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
    }
    requireOwn(folder);
    return Files.setPosixFilePermissions(folder, FOLDER);
  }

  /**
   * Writes a file with mode 0600 that does not exist yet.
   *
   * @throws FileAlreadyExistsException when it exists
   */
  public static void write(Path file, String text) throws IOException {
    FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(FILE);
    Path complete = Files.createTempFile(file.toAbsolutePath().getParent(), ".new-", "", mode);
    try {
      Files.writeString(complete, text, StandardOpenOption.WRITE);
      // A link appears at once and complete, and never replaces another file.
      Files.createLink(file, complete);
    } finally {
      Files.delete(complete);
    }
  }

  /**
   * Returns the text of a file with secrets.
   *
   * @throws IOException when another user may have read or written it
   */
  public static String read(Path file) throws IOException {
    requireOwn(file);
    if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(FILE)) {
      throw new IOException(
          "Cannot use %s: other users may read it. Change its mode to 0600, or remove it."
              .formatted(file));
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static void requireOwn(Path file) throws IOException {
    UserPrincipal owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
    Path own = Files.createTempFile("clickstream-", "");
    try {
      if (!owner.equals(Files.getOwner(own))) {
        throw new IOException(
            "Cannot use %s: it belongs to %s. Use another folder."
                .formatted(file, owner.getName()));
      }
    } finally {
      Files.delete(own);
    }
  }
}
