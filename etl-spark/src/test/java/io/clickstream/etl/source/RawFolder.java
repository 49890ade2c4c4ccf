package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** A raw root in a local folder. */
public final class RawFolder {

  private final Path root;

  public RawFolder(Path root) {
    this.root = root;
  }

  public RawStore store() {
    return new RawStore(root.toUri(), new Configuration());
  }

  /** Returns the URI of the root. */
  public String uri() {
    return root.toUri().toString();
  }

  /** Returns the key of an object whose UUID ends in a number. */
  static RawKey key(String hour, RawKey.Kind kind, int number) {
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

  public RawKey write(RawKey key, byte[] body) {
    write(key.relative(), body);
    return key;
  }

  /** Writes any file below the root. */
  public void write(String relative, byte[] body) {
    try {
      Path file = root.resolve(relative);
      Files.createDirectories(file.getParent());
      Files.write(file, body);
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-22T13:05:08.250Z")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(RawKey key) throws IOException {
    Files.delete(root.resolve(key.relative()));
  }
}
