package io.clickstream.it.promise;

import io.clickstream.testing.RawFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A raw object.
 *
 * @param hour the hour of its key
 * @param fileName the rest of its key; a batch object's ends in {@code .ndjson}
 * @param lines of a batch object, where null is a blank one; the one record of another object
 * @param lastModified in whole seconds
 */
record RawObject(Instant hour, String fileName, List<Sent> lines, Instant lastModified) {

  /** A record and its place in the object. */
  record Placed(String key, Instant hour, Instant lastModified, Sent sent) {}

  String key() {
    return RawObjects.prefix(hour) + "/" + fileName;
  }

  private boolean isBatch() {
    return fileName.endsWith(".ndjson");
  }

  List<Placed> records() {
    if (!isBatch()) {
      return List.of(new Placed(key(), hour, lastModified, lines.get(0)));
    }
    List<Placed> records = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i) != null) {
        records.add(new Placed(key() + "#" + (i + 1), hour, lastModified, lines.get(i)));
      }
    }
    return records;
  }

  /** Returns the object as if it had never had the erased records; nothing if none is left. */
  Optional<RawObject> without(Collection<Erasing> requests) {
    Set<String> erased = new HashSet<>();
    for (Placed record : records()) {
      if (Model.isErased(record, requests)) {
        erased.add(record.key());
      }
    }
    if (!isBatch()) {
      return erased.isEmpty() ? Optional.of(this) : Optional.empty();
    }
    List<Sent> left = new ArrayList<>(lines);
    for (int i = 0; i < left.size(); i++) {
      if (erased.contains(key() + "#" + (i + 1))) {
        left.set(i, null);
      }
    }
    return Optional.of(new RawObject(hour, fileName, left, lastModified));
  }

  void write(Path root) {
    new RawFolder(root).write(key(), bytes(), lastModified);
  }

  void delete(Path root) throws IOException {
    Files.delete(root.resolve(key()));
  }

  private byte[] bytes() {
    if (!isBatch()) {
      return lines.get(0).bytes();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Sent line : lines) {
      bytes.writeBytes(line == null ? new byte[] {' ', '\t'} : line.bytes());
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }
}
