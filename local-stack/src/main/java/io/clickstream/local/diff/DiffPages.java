package io.clickstream.local.diff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a difference as a page. */
public final class DiffPages {

  private DiffPages() {}

  /**
   * Checks that a page can be written, before a comparison of hours.
   *
   * @throws IOException if the folder does not exist
   */
  public static void requireFolder(Path file) throws IOException {
    if (!Files.isDirectory(folder(file))) {
      throw new IOException(
          "Cannot write %s: its folder does not exist. Create the folder.".formatted(file));
    }
  }

  /** Writes the page for people, as a whole: nobody reads half of one. */
  public static void write(Path file, WarehouseDiff diff) throws IOException {
    // Only this user may read it: it shows what visitors have sent.
    Path part = Files.createTempFile(folder(file), ".diff-", ".html");
    try {
      Files.writeString(part, DiffPage.of(diff));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().getParent();
  }
}
