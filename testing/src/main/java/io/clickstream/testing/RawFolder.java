package io.clickstream.testing;

import io.clickstream.event.RawKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;

/** A raw root in a local folder, which the first object creates. */
public record RawFolder(Path root) {

  /** The time at which objects were last modified, unless a test says otherwise. */
  public static final Instant LAST_MODIFIED = Instant.parse("2026-11-22T13:05:08.250Z");

  /** Returns the URI of the root. */
  public URI uri() {
    return root.toUri();
  }

  /**
   * Returns the key of an object.
   *
   * @param hour such as {@code 2026-11-22T13}, in UTC
   * @param number the end of the object's UUID
   */
  public static RawKey key(String hour, RawKey.Kind kind, int number) {
    return new RawKey(Instant.parse(hour + ":00:00Z"), kind, new UUID(0x4000L, number));
  }

  /** Writes an event object. */
  public RawKey event(String hour, int number, String body) {
    return write(key(hour, RawKey.Kind.EVENT, number), body.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a batch object. */
  public RawKey batch(String hour, int number, String body) {
    return write(key(hour, RawKey.Kind.BATCH, number), body.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes an object. */
  public RawKey write(RawKey key, byte[] body) {
    write(key.relative(), body);
    return key;
  }

  /** Writes any file below the root. */
  public void write(String relative, byte[] body) {
    write(relative, body, LAST_MODIFIED);
  }

  /** Writes any file below the root, as if it had been modified last at some time. */
  public void write(String relative, byte[] body, Instant lastModified) {
    try {
      Path file = root.resolve(relative);
      Files.createDirectories(file.getParent());
      Files.write(file, body);
      Files.setLastModifiedTime(file, FileTime.from(lastModified));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes an object, which must exist. */
  public void delete(RawKey key) throws IOException {
    Files.delete(root.resolve(key.relative()));
  }
}
