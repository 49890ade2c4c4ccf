package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Copies the objects of hours into packs, verifies the copies, and deletes the objects if that is
 * wanted.
 *
 * <ol>
 *   <li><b>Plan</b> ({@link #plan}): objects that no pack of their hour has are divided into parts.
 *       If objects are to be deleted, those that an earlier pack has make parts as well: the run
 *       that wrote the pack may have died before it verified it.
 *   <li><b>Write</b> the objects of a part to a Parquet file on this machine, in key order.
 *   <li><b>Store</b> the file under a name that is derived from its content.
 *   <li><b>Verify</b>: read it back, and compare a digest of key, time and bytes of each object.
 *   <li><b>Delete</b>, if wanted, the verified objects whose size and time are as listed.
 * </ol>
 *
 * <p>Wherever it is stopped, each object is single, in a whole pack, or both.
 */
public final class CopyIntoPacks implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Objects above this size are not packed: a task holds an object in memory. */
  static final long MAX_OBJECT_BYTES = 64 << 20;

  /** Bytes of objects in a part. Events need a tenth of that in a pack. */
  private static final long PART_BYTES = 1L << 30;

  private static final int PART_OBJECTS = 1_000_000;

  /** A pack that has grown to this size ends, and the next one begins. */
  private static final long PACK_BYTES = 240 << 20;

  private static final long PREFETCHED_BYTES = 32 << 20;
  private static final int DELETED_TOGETHER = 1_000;

  /** Failures of single objects that a task reports; it counts the others. */
  private static final int REPORTED_FAILURES = 3;

  private final RawStore store;
  private final int fetchConcurrency;
  private final boolean deletes;

  /**
   * Creates the packing of a raw store.
   *
   * @param fetchConcurrency requests in flight per task
   * @param deletes whether to delete objects that a verified pack has
   */
  public CopyIntoPacks(RawStore store, int fetchConcurrency, boolean deletes) {
    this.store = store;
    this.fetchConcurrency = fetchConcurrency;
    this.deletes = deletes;
  }

  /** The parts of some hours, and what was found out while they were planned. */
  public static final class Plan {
    private final List<PackPart> parts = new ArrayList<>();
    private PackOutcome found = PackOutcome.NONE;

    List<PackPart> parts() {
      return parts;
    }

    /** Returns what was found out so far. */
    PackOutcome found() {
      return found;
    }

    /** Returns the number of objects that tasks will read. */
    public long objectCount() {
      return parts.stream().mapToLong(part -> part.objects().size()).sum();
    }
  }

  /**
   * Adds the objects of an hour to a plan. Reads the keys of the packs of an hour that has other
   * objects too.
   */
  public void plan(HourListing hour, Plan plan) {
    if (hour.objects().isEmpty()) {
      return;
    }
    List<PackContents> packs = new ArrayList<>();
    for (ListedPacks.Examined file : ListedPacks.examine(List.of(hour.packs()))) {
      if (file.isPack()) {
        packs.add(file.contents());
      } else {
        // Nothing that it may hold is deleted or missed: single objects are packed.
        plan.found = plan.found.and(PackOutcome.failed(file.obstacle()));
      }
    }
    ListedObjects rest = hour.objects();
    for (PackContents pack : packs) {
      ListedObjects inPack = rest.filter(pack.objects()::has);
      rest = rest.filter(key -> !pack.objects().has(key));
      plan.found = plan.found.and(PackOutcome.wasPacked(inPack.size()));
      if (deletes && !inPack.isEmpty()) {
        plan.parts.add(new PackPart(inPack, pack));
      }
    }
    addParts(rest, plan);
  }

  private static void addParts(ListedObjects objects, Plan plan) {
    ListedObjects.Builder part = new ListedObjects.Builder(objects.hour());
    long bytes = 0;
    int count = 0;
    long tooLarge = 0;
    for (ListedObject object : objects) {
      if (object.size() > MAX_OBJECT_BYTES) {
        tooLarge++;
        continue;
      }
      if (count > 0 && (bytes + object.size() > PART_BYTES || count == PART_OBJECTS)) {
        plan.parts.add(new PackPart(part.build(), null));
        part = new ListedObjects.Builder(objects.hour());
        bytes = 0;
        count = 0;
      }
      part.add(object);
      bytes += object.size();
      count++;
    }
    if (count > 0) {
      plan.parts.add(new PackPart(part.build(), null));
    }
    plan.found = plan.found.and(PackOutcome.leftTooLarge(tooLarge));
  }

  /** Packs the parts of a plan, one task each. */
  public PackOutcome pack(SparkSession spark, Plan plan) {
    if (plan.parts.isEmpty()) {
      return plan.found;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> parts = plan.parts.stream().map(TaskDataCodec::toBytes).toList();
    List<byte[]> outcomes =
        context
            .parallelize(parts, parts.size())
            .map(part -> TaskDataCodec.toBytes(pack(TaskDataCodec.fromBytes(part, PackPart.class))))
            .collect();
    return outcomes.stream()
        .map(outcome -> TaskDataCodec.fromBytes(outcome, PackOutcome.class))
        .reduce(plan.found, PackOutcome::and);
  }

  private PackOutcome pack(PackPart part) {
    return pack(part, step -> {});
  }

  /**
   * Packs one part.
   *
   * @param reached receives each step after it is done
   */
  PackOutcome pack(PackPart part, Consumer<PackStep> reached) {
    Optional<PackContents> earlier = part.earlierPack();
    return earlier.isPresent()
        ? new Part(part.objects(), reached).deleteFrom(earlier.get())
        : new Part(part.objects(), reached).write();
  }

  /** The work on one part. */
  private final class Part {
    private final ListedObjects objects;
    private final Consumer<PackStep> reached;
    private final ObjectDigests digests;
    private final HourPrefix prefix;
    private final List<String> unread = new ArrayList<>();
    private PackOutcome outcome = PackOutcome.NONE;

    Part(ListedObjects objects, Consumer<PackStep> reached) {
      this.objects = objects;
      this.reached = reached;
      this.digests = new ObjectDigests(objects.size());
      this.prefix = new HourPrefix(objects.hour());
    }

    PackOutcome write() {
      try (PrefetchedRows<WholeObject> read = read()) {
        while (read.hasNext()) {
          writePack(read);
        }
      } catch (IOException e) {
        fail("pack " + objects.size() + " objects of " + hour(), e);
      }
      return withUnread();
    }

    private PrefetchedRows<WholeObject> read() {
      StoreCircuitBreaker breaker = new StoreCircuitBreaker();
      return new PrefetchedRows<>(
          IntStream.range(0, objects.size()).mapToObj(index -> fetchOf(index, breaker)).iterator(),
          fetchConcurrency,
          PREFETCHED_BYTES);
    }

    private Fetch<WholeObject> fetchOf(int index, StoreCircuitBreaker breaker) {
      ListedObject object = objects.get(index);
      return new Fetch<>() {
        @Override
        public long bytesHeld() {
          return object.size();
        }

        @Override
        public Iterator<WholeObject> fetch() {
          return List.of(WholeObject.read(store, breaker, index, object)).iterator();
        }
      };
    }

    /** Writes one pack of the objects that come next, verifies it, and deletes its objects. */
    private void writePack(Iterator<WholeObject> read) throws IOException {
      Path file = Files.createTempFile("clickstream-pack-", ".parquet");
      try {
        BitSet written = new BitSet();
        long bytes = 0;
        try (PackWriter writer = new PackWriter(file)) {
          while (read.hasNext() && writer.size() < PACK_BYTES) {
            WholeObject whole = read.next();
            if (whole.object() == null) {
              addUnread(whole);
              continue;
            }
            digests.set(whole.index(), whole.object());
            writer.write(whole.object());
            written.set(whole.index());
            bytes += whole.object().body().length;
          }
        }
        reached.accept(PackStep.WRITTEN_HERE);
        if (!written.isEmpty()) {
          store(file, written, bytes);
        }
      } finally {
        Files.delete(file);
      }
    }

    private void store(Path file, BitSet written, long bytes) throws IOException {
      RawKey key =
          new RawKey(
              objects.hour(), RawKey.Kind.PACK, digests.idOf(written.stream().boxed()::iterator));
      boolean isNew = store.create(key, file);
      reached.accept(PackStep.STORED);
      long size = isNew ? Files.size(file) : sizeOf(key);
      BitSet verified = verify(rowGroups(new ListedObject(key, size, 0)));
      if (!verified.equals(written)) {
        if (isNew) {
          store.delete(List.of(key));
        }
        throw new IOException(
            "%s has %d of %d objects when it is read back"
                .formatted(key.relative(), verified.cardinality(), written.cardinality()));
      }
      reached.accept(PackStep.VERIFIED);
      outcome = outcome.and(PackOutcome.wrote(size, written.cardinality(), bytes));
      if (deletes) {
        delete(verified);
      }
    }

    /** Returns the size of a pack that another run has stored. */
    private long sizeOf(RawKey key) throws IOException {
      ListedObjects packs = store.list(objects.hour(), Instant.EPOCH).packs().files();
      int index = packs.indexOf(key);
      if (index < 0) {
        throw new IOException(key.relative() + " was deleted while it was verified");
      }
      return packs.get(index).size();
    }

    private List<RowGroupSelection> rowGroups(ListedObject pack) throws IOException {
      try {
        return new PackReader(store).rowGroups(pack);
      } catch (NotAPackException e) {
        throw new IOException(
            pack.key().relative() + " is no pack when it is read back: " + e.getMessage(), e);
      }
    }

    /** Deletes objects that an earlier run packed, if the pack has the same bytes. */
    PackOutcome deleteFrom(PackContents pack) {
      try (PrefetchedRows<WholeObject> read = read()) {
        BitSet present = new BitSet();
        while (read.hasNext()) {
          WholeObject whole = read.next();
          if (whole.object() == null) {
            addUnread(whole);
          } else {
            digests.set(whole.index(), whole.object());
            present.set(whole.index());
          }
        }
        BitSet verified = verify(pack.objects().filter(objects::has).packed());
        reached.accept(PackStep.VERIFIED);
        verified.and(present);
        delete(verified);
        int differ = present.cardinality() - verified.cardinality();
        if (differ > 0) {
          outcome =
              outcome.and(
                  PackOutcome.failed(
                      "Cannot delete %d objects of %s: %s has other bytes or times for them. Keep both."
                          .formatted(differ, hour(), pack.key().relative())));
        }
      } catch (IOException e) {
        fail("delete objects of " + hour() + " that are packed", e);
      }
      return withUnread();
    }

    /** Returns which objects of this part a pack has, byte for byte. */
    private BitSet verify(List<RowGroupSelection> rowGroups) throws IOException {
      BitSet verified = new BitSet();
      PackReader reader = new PackReader(store);
      for (RowGroupSelection rowGroup : rowGroups) {
        try (RowGroupDecoder rows = reader.rows(rowGroup)) {
          while (rows.hasNext()) {
            verify(rows.next(), verified);
          }
        } catch (RuntimeException e) {
          throw PackReader.damaged(e);
        }
      }
      return verified;
    }

    private void verify(PackedObject row, BitSet verified) {
      int index = prefix.parse(row.key()).map(objects::indexOf).orElse(-1);
      if (index >= 0
          && row.body() != null
          && row.lastModifiedMicros() != null
          && digests.matches(index, row)) {
        verified.set(index);
      }
    }

    /** Deletes those of some objects whose size and time are as listed. */
    private void delete(BitSet verified) throws IOException {
      ListedObjects now = store.list(objects.hour(), Instant.EPOCH).objects();
      reached.accept(PackStep.LISTED_AGAIN);
      List<RawKey> unchanged = new ArrayList<>();
      long kept = 0;
      for (int index : verified.stream().toArray()) {
        ListedObject object = objects.get(index);
        int at = now.indexOf(object.key());
        if (at >= 0 && now.get(at).equals(object)) {
          unchanged.add(object.key());
        } else if (at >= 0) {
          kept++;
        }
      }
      outcome = outcome.and(PackOutcome.removed(0, kept));
      for (int from = 0; from < unchanged.size(); from += DELETED_TOGETHER) {
        List<RawKey> some =
            unchanged.subList(from, Math.min(unchanged.size(), from + DELETED_TOGETHER));
        store.delete(some);
        outcome = outcome.and(PackOutcome.removed(some.size(), 0));
        reached.accept(PackStep.DELETED);
      }
    }

    private void addUnread(WholeObject whole) {
      if (whole.failure() != null) {
        unread.add(objects.get(whole.index()).key().relative() + ": " + whole.failure());
      }
    }

    private PackOutcome withUnread() {
      for (String one : unread.subList(0, Math.min(unread.size(), REPORTED_FAILURES))) {
        outcome = outcome.and(PackOutcome.failed("Cannot read " + one));
      }
      int others = unread.size() - REPORTED_FAILURES;
      return others <= 0
          ? outcome
          : outcome.and(
              PackOutcome.failed("Cannot read %d other objects of %s".formatted(others, hour())));
    }

    private void fail(String what, IOException e) {
      outcome =
          outcome.and(PackOutcome.failed("Cannot %s: %s".formatted(what, ErrorMessage.of(e))));
    }

    private String hour() {
      return RawKey.hourPrefix(objects.hour());
    }
  }
}
