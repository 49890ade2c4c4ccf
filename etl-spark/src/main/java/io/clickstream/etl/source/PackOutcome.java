package io.clickstream.etl.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What a packing did.
 *
 * @param packs number of packs written
 * @param packBytes their size
 * @param objects number of objects written into packs and verified there
 * @param objectBytes their size
 * @param alreadyPacked number of objects that stood in an earlier pack
 * @param deleted number of objects deleted after their copies were verified
 * @param kept number of objects that were to be deleted and had changed since the listing
 * @param tooLarge number of objects that are too large for a pack
 * @param failures a line for each hour, pack or object that failed; at most a few per task
 */
public record PackOutcome(
    long packs,
    long packBytes,
    long objects,
    long objectBytes,
    long alreadyPacked,
    long deleted,
    long kept,
    long tooLarge,
    List<String> failures)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Nothing was done. */
  public static final PackOutcome NONE = new PackOutcome(0, 0, 0, 0, 0, 0, 0, 0, List.of());

  public PackOutcome {
    failures = List.copyOf(failures);
  }

  /** Returns the outcome of something that failed. */
  public static PackOutcome failed(String failure) {
    return new PackOutcome(0, 0, 0, 0, 0, 0, 0, 0, List.of(failure));
  }

  /** Returns the outcome of objects that are left as they are. */
  static PackOutcome leftTooLarge(long objects) {
    return new PackOutcome(0, 0, 0, 0, 0, 0, 0, objects, List.of());
  }

  /** Returns the outcome of objects that stood in a pack. */
  static PackOutcome wasPacked(long objects) {
    return new PackOutcome(0, 0, 0, 0, objects, 0, 0, 0, List.of());
  }

  static PackOutcome wrote(long bytes, long objects, long objectBytes) {
    return new PackOutcome(1, bytes, objects, objectBytes, 0, 0, 0, 0, List.of());
  }

  static PackOutcome removed(long deleted, long kept) {
    return new PackOutcome(0, 0, 0, 0, 0, deleted, kept, 0, List.of());
  }

  /** Returns the sum. */
  public PackOutcome and(PackOutcome other) {
    List<String> all = new ArrayList<>(failures);
    all.addAll(other.failures);
    return new PackOutcome(
        packs + other.packs,
        packBytes + other.packBytes,
        objects + other.objects,
        objectBytes + other.objectBytes,
        alreadyPacked + other.alreadyPacked,
        deleted + other.deleted,
        kept + other.kept,
        tooLarge + other.tooLarge,
        all);
  }
}
