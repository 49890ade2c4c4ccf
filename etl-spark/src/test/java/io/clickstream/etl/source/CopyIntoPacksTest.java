package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CopyIntoPacksTest {

  private static final int EVENTS = 20;

  @TempDir Path root;
  private RawFolder raw;
  private PackedHour hour;
  private Map<String, String> before;

  @BeforeEach
  void someObjects() throws Exception {
    raw = new RawFolder(root);
    for (int i = 0; i < EVENTS; i++) {
      raw.event(PackedHour.TEXT, i, "{'event':" + i + "}");
    }
    raw.batch(PackedHour.TEXT, 1, "{'line':1}\n\n{'line':3}\n");
    raw.event(PackedHour.TEXT, 99, "");
    hour = new PackedHour(raw);
    before = hour.objects();
  }

  /** Thrown by a listener in place of a kill. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aPackHasTheKeysTimesAndBytesOfTheObjects() throws Exception {
    PackOutcome outcome = hour.pack(true);
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.packs()).isOne();
    assertThat(outcome.objects()).isEqualTo(EVENTS + 2);
    assertThat(outcome.deleted()).isEqualTo(EVENTS + 2);
    assertThat(outcome.packBytes()).isEqualTo(Files.size(hour.file(hour.pack())));
    assertThat(hour.list().objects()).isEmpty();
    assertThat(hour.objects()).isEqualTo(before);
  }

  @Test
  void withoutDeletionTheObjectsStay() throws Exception {
    assertThat(hour.pack(false).deleted()).isZero();
    assertThat(hour.list().objects()).hasSize(EVENTS + 2);
    assertThat(hour.list().packs().files()).hasSize(1);
    assertThat(hour.objects()).isEqualTo(before);
  }

  @Test
  void aPackedHourIsNotPackedAgain() throws Exception {
    hour.pack(false);
    PackOutcome again = hour.pack(false);
    assertThat(again.packs()).isZero();
    assertThat(again.alreadyPacked()).isEqualTo(EVENTS + 2);
    assertThat(hour.list().packs().files()).hasSize(1);
  }

  @Test
  void objectsOfAnEarlierPackAreDeletedLater() throws Exception {
    hour.pack(false);
    PackOutcome later = hour.pack(true);
    assertThat(later.failures()).isEmpty();
    assertThat(later.packs()).isZero();
    assertThat(later.deleted()).isEqualTo(EVENTS + 2);
    assertThat(hour.objects()).isEqualTo(before);
  }

  @Test
  void aLateObjectStandsBesideThePackUntilTheNextPacking() throws Exception {
    hour.pack(true);
    RawKey late = raw.event(PackedHour.TEXT, 500, "{'late':1}");
    assertThat(hour.objects()).hasSize(EVENTS + 3).containsKey(late.relative());
    assertThat(hour.pack(true).objects()).isOne();
    assertThat(hour.list().packs().files()).hasSize(2);
    assertThat(hour.list().objects()).isEmpty();
    assertThat(hour.objects()).hasSize(EVENTS + 3).containsAllEntriesOf(before);
  }

  @ParameterizedTest
  @EnumSource(PackStep.class)
  void aRunThatDiesAfterAnyStepLosesNothingAndTheNextGoesOn(PackStep step) throws Exception {
    assertThatThrownBy(
            () ->
                hour.pack(
                    true,
                    reached -> {
                      if (reached == step) {
                        throw new Killed();
                      }
                    }))
        .isInstanceOf(Killed.class);
    assertThat(hour.objects()).isEqualTo(before);
    PackOutcome next = hour.pack(true);
    assertThat(next.failures()).isEmpty();
    assertThat(hour.objects()).isEqualTo(before);
    assertThat(hour.files()).hasSize(1).allMatch(name -> name.startsWith("pack-"));
  }

  @Test
  void theSameObjectsGiveThePackTheSameName() throws Exception {
    hour.pack(false);
    String name = hour.pack().key().fileName();
    Files.delete(hour.file(hour.pack()));
    hour.pack(false);
    assertThat(hour.pack().key().fileName()).isEqualTo(name);
    assertThat(hour.pack().key().id().version()).isEqualTo(8);
    assertThat(hour.pack().key().id().variant()).isEqualTo(2);
    Files.delete(hour.file(hour.pack()));
    raw.event(PackedHour.TEXT, 0, "{'event':7}");
    hour.pack(false);
    assertThat(hour.pack().key().fileName()).isNotEqualTo(name);
  }

  @Test
  void twoRunsAtOnceLoseNothing() throws Exception {
    CountDownLatch bothHaveRead = new CountDownLatch(2);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<PackOutcome> one = pool.submit(() -> packTogether(bothHaveRead));
      Future<PackOutcome> other = pool.submit(() -> packTogether(bothHaveRead));
      assertThat(one.get().failures()).isEmpty();
      assertThat(other.get().failures()).isEmpty();
    } finally {
      pool.shutdownNow();
    }
    assertThat(hour.list().objects()).isEmpty();
    assertThat(hour.list().packs().files()).hasSize(1);
    assertThat(hour.objects()).isEqualTo(before);
  }

  private PackOutcome packTogether(CountDownLatch bothHaveRead) throws IOException {
    return hour.pack(
        true,
        step -> {
          if (step == PackStep.WRITTEN_HERE) {
            bothHaveRead.countDown();
            try {
              bothHaveRead.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  @Test
  void anObjectThatChangesAfterTheListingIsNotDeleted() throws Exception {
    RawKey touched = RawFolder.key(PackedHour.TEXT, RawKey.Kind.EVENT, 3);
    RawKey longer = RawFolder.key(PackedHour.TEXT, RawKey.Kind.EVENT, 4);
    Path longerFile = root.resolve(longer.relative());
    PackOutcome outcome =
        hour.pack(
            true,
            step -> {
              if (step == PackStep.STORED) {
                try {
                  Files.setLastModifiedTime(
                      root.resolve(touched.relative()),
                      FileTime.from(RawFolder.LAST_MODIFIED.plusMillis(1)));
                  Files.writeString(longerFile, "{'event':4444}");
                  Files.setLastModifiedTime(longerFile, FileTime.from(RawFolder.LAST_MODIFIED));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    assertThat(outcome.kept()).isEqualTo(2);
    assertThat(outcome.deleted()).isEqualTo(EVENTS);
    assertThat(hour.list().objects())
        .extracting(ListedObject::key)
        .containsExactly(touched, longer);
  }

  @Test
  void anObjectThatDiffersFromAnEarlierPackIsKept() throws Exception {
    hour.pack(false);
    raw.event(PackedHour.TEXT, 3, "{'other':3}");
    PackOutcome outcome = hour.pack(true);
    assertThat(outcome.failures())
        .hasSize(1)
        .allMatch(line -> line.startsWith("Cannot delete 1 objects of 2026/11/22/13: "));
    assertThat(hour.list().objects()).hasSize(1);
  }

  @Test
  void anObjectThatIsGoneWhenItIsReadIsNotInThePack() throws Exception {
    CopyIntoPacks objects = new CopyIntoPacks(hour.store(), 1, true);
    CopyIntoPacks.Plan plan = new CopyIntoPacks.Plan();
    objects.plan(hour.list(), plan);
    raw.delete(RawFolder.key(PackedHour.TEXT, RawKey.Kind.EVENT, 3));
    PackOutcome outcome = objects.pack(plan.parts().get(0), step -> {});
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.objects()).isEqualTo(EVENTS + 1);
  }

  @Test
  void aDamagedPackIsNotTrusted() throws Exception {
    PackOutcome outcome =
        hour.pack(
            true,
            step -> {
              if (step == PackStep.STORED) {
                damage();
              }
            });
    assertThat(outcome.failures()).hasSize(1);
    assertThat(outcome.deleted()).isZero();
    assertThat(hour.list().objects()).hasSize(EVENTS + 2);
  }

  /** Changes one byte of the first page. */
  private void damage() {
    try (RandomAccessFile file = new RandomAccessFile(hour.file(hour.pack()).toFile(), "rw")) {
      file.seek(100);
      int old = file.read();
      file.seek(100);
      file.write(old ^ 0xff);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTooLargeObjectStays() throws Exception {
    write(1_000, CopyIntoPacks.MAX_OBJECT_BYTES + 1);
    write(1_001, CopyIntoPacks.MAX_OBJECT_BYTES);
    CopyIntoPacks.Plan plan = new CopyIntoPacks.Plan();
    new CopyIntoPacks(hour.store(), 1, true).plan(hour.list(), plan);
    assertThat(plan.found().tooLarge()).isOne();
    assertThat(plan.objectCount()).isEqualTo(EVENTS + 3);
  }

  private void write(int number, long size) throws IOException {
    RawKey key = raw.batch(PackedHour.TEXT, number, "");
    try (RandomAccessFile file =
        new RandomAccessFile(root.resolve(key.relative()).toFile(), "rw")) {
      file.setLength(size);
    }
  }

  @Test
  void whatAKilledRunCopiedIsDeletedAfterAnHour() throws Exception {
    Path old = hour.folder().resolve(".pack-a.parquet.b.tmp");
    Path recent = hour.folder().resolve(".pack-c.parquet.d.tmp");
    Files.writeString(old, "PAR1");
    Files.writeString(recent, "PAR1");
    Files.setLastModifiedTime(
        old, FileTime.from(Instant.now().minus(Duration.ofHours(1)).minusSeconds(1)));
    hour.pack(true);
    assertThat(hour.files()).hasSize(2).contains(recent.getFileName().toString());
    assertThat(hour.list().ignored()).isOne();
  }
}
