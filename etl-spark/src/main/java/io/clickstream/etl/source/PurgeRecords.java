package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import io.clickstream.event.RawKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Deletes the bytes of records from the raw root, hour by hour.
 *
 * <ol>
 *   <li>An <b>event object</b> is deleted.
 *   <li>A <b>batch object</b> is copied without the lines, and deleted. Blank lines stay in their
 *       place, so that other lines keep their numbers. The copy stands in a pack, since a new
 *       object would have another time of modification, which may be the time of its records. A
 *       batch without other lines is only deleted.
 *   <li>A <b>pack</b> is copied without the records, and deleted.
 * </ol>
 *
 * <p>A copy is stored and read back before anything of it is deleted. So wherever this is stopped,
 * each other record is in an object, in a pack, or in both. The next purge goes on.
 */
public final class PurgeRecords {

  /**
   * What a purge did.
   *
   * @param objects number of deleted objects
   * @param batches number of batch objects that became a copy in a pack
   * @param packs number of packs that were copied or deleted
   * @param failures one line per hour that failed
   */
  public record Outcome(long objects, long batches, long packs, List<String> failures) {

    public Outcome {
      failures = List.copyOf(failures);
    }
  }

  private final RawStore store;
  private final List<String> failures = new ArrayList<>();
  private long objects;
  private long batches;
  private long packs;

  /** Creates the purge of a raw root. */
  public PurgeRecords(RawStore store) {
    this.store = store;
  }

  /** Deletes the bytes of records that are still there. */
  public Outcome purge(List<String> recordKeys) {
    Map<Instant, Map<String, Set<Integer>>> hours = new TreeMap<>();
    for (String key : recordKeys) {
      String[] parts = key.split("#", 2);
      Set<Integer> lines =
          hours
              .computeIfAbsent(RawKey.hourOf(key), hour -> new TreeMap<>())
              .computeIfAbsent(parts[0], object -> new TreeSet<>());
      if (parts.length > 1) {
        lines.add(Integer.valueOf(parts[1]));
      }
    }
    hours.forEach(
        (hour, wanted) -> {
          try {
            new Hour(hour, wanted).purge();
          } catch (IOException e) {
            failures.add(
                "Cannot purge %s: %s. Purge again."
                    .formatted(RawKey.hourPrefix(hour), ErrorMessage.of(e)));
          }
        });
    return new Outcome(objects, batches, packs, failures);
  }

  /**
   * Returns a batch without some lines, which become empty.
   *
   * @param lines numbers from 1
   * @return null if no other line has content
   */
  static byte[] without(byte[] batch, Set<Integer> lines) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream(batch.length);
    boolean hasContent = false;
    int line = 1;
    for (byte b : batch) {
      if (b == '\n') {
        line++;
        rest.write(b);
      } else if (!lines.contains(line)) {
        hasContent |= b != ' ' && b != '\t' && b != '\r';
        rest.write(b);
      }
    }
    return hasContent ? rest.toByteArray() : null;
  }

  /** The records of one hour. */
  private final class Hour {
    private final Instant hour;

    /** The lines to purge by object; none for an object of one event. */
    private final Map<String, Set<Integer>> wanted;

    Hour(Instant hour, Map<String, Set<Integer>> wanted) {
      this.hour = hour;
      this.wanted = wanted;
    }

    void purge() throws IOException {
      HourListing listing = store.list(hour, Instant.EPOCH);
      for (ListedPacks.Examined file : ListedPacks.examine(List.of(listing.packs()))) {
        if (file.isPack()) {
          purgePack(file.contents());
        } else {
          failures.add(file.obstacle());
        }
      }
      purgeObjects(listing.objects().filter(key -> wanted.containsKey(key.relative())));
    }

    private void purgePack(PackContents pack) throws IOException {
      if (pack.objects().stream().noneMatch(object -> isWanted(object.key()))) {
        return;
      }
      try (Copy copy = new Copy(pack.objects().size())) {
        boolean changed = false;
        PackReader reader = new PackReader(store);
        for (RowGroupSelection rowGroup : pack.objects().packed()) {
          try (RowGroupDecoder rows = reader.rows(rowGroup)) {
            while (rows.hasNext()) {
              changed |= copy.add(rows.next());
            }
          } catch (RuntimeException e) {
            throw PackReader.damaged(e);
          }
        }
        if (changed) {
          copy.store();
          store.delete(List.of(pack.key()));
          packs++;
        }
      }
    }

    private boolean isWanted(RawKey key) {
      return wanted.containsKey(key.relative());
    }

    private void purgeObjects(ListedObjects found) throws IOException {
      List<RawKey> gone = new ArrayList<>();
      StoreCircuitBreaker breaker = new StoreCircuitBreaker();
      try (Copy copy = new Copy(found.size())) {
        for (int i = 0; i < found.size(); i++) {
          ListedObject object = found.get(i);
          boolean isGone = object.key().kind() == RawKey.Kind.EVENT;
          if (!isGone) {
            if (object.size() > CopyIntoPacks.MAX_OBJECT_BYTES) {
              failures.add(
                  "Cannot purge lines of %s: it has more than 64 MiB. Replace it by hand."
                      .formatted(object.key().relative()));
              continue;
            }
            WholeObject whole = WholeObject.read(store, breaker, i, object);
            if (whole.failure() != null) {
              throw new IOException(object.key().relative() + ": " + whole.failure());
            }
            isGone = whole.object() != null && copy.add(whole.object());
          }
          if (isGone) {
            gone.add(object.key());
          }
        }
        copy.store();
        batches += copy.size();
      }
      store.delete(gone);
      objects += gone.size();
    }

    /** A new pack of what is left. */
    private final class Copy implements AutoCloseable {
      private final Path file;
      private final PackWriter writer;
      private final ObjectDigests digests;
      private final Set<String> written = new HashSet<>();
      private boolean isClosed;

      Copy(int objectCount) throws IOException {
        file = Files.createTempFile("clickstream-purge-", ".parquet");
        writer = new PackWriter(file);
        digests = new ObjectDigests(objectCount);
      }

      int size() {
        return written.size();
      }

      /** Adds an object without the records to purge; returns true if it had some. */
      boolean add(PackedObject object) throws IOException {
        if (object.key() == null || object.lastModifiedMicros() == null || object.body() == null) {
          throw new IOException("a pack has a row without a key, a time or bytes");
        }
        Set<Integer> lines = wanted.get(object.key());
        boolean isEvent = lines != null && lines.isEmpty();
        byte[] rest = isEvent ? null : object.body();
        if (lines != null && !isEvent) {
          rest = without(object.body(), lines);
        }
        if (rest != null && written.add(object.key())) {
          PackedObject copy = new PackedObject(object.key(), object.lastModifiedMicros(), rest);
          digests.set(written.size() - 1, copy);
          writer.write(copy);
        }
        return rest == null || rest.length != object.body().length;
      }

      /** Stores the pack and reads it back; does nothing if it is empty. */
      void store() throws IOException {
        isClosed = true;
        writer.close();
        if (written.isEmpty()) {
          return;
        }
        RawKey key =
            new RawKey(
                hour,
                RawKey.Kind.PACK,
                digests.idOf(IntStream.range(0, written.size()).boxed()::iterator));
        store.create(key, file);
        ListedObjects files = store.list(hour, Instant.EPOCH).packs().files();
        int listed = files.indexOf(key);
        if (listed < 0 || read(files.get(listed)) != written.size()) {
          throw new IOException(key.relative() + " has other bytes when it is read back");
        }
      }

      /** Returns the number of objects that are as they were written, from the first on. */
      private int read(ListedObject pack) throws IOException {
        PackReader reader = new PackReader(store);
        int same = 0;
        try {
          for (RowGroupSelection rowGroup : reader.rowGroups(pack)) {
            try (RowGroupDecoder rows = reader.rows(rowGroup)) {
              while (rows.hasNext()) {
                PackedObject row = rows.next();
                if (same == written.size() || !digests.matches(same, row)) {
                  return -1;
                }
                same++;
              }
            }
          }
          return same;
        } catch (NotAPackException | RuntimeException e) {
          throw PackReader.damaged(e);
        }
      }

      @Override
      public void close() throws IOException {
        if (!isClosed) {
          writer.close();
        }
        Files.deleteIfExists(file);
      }
    }
  }
}
