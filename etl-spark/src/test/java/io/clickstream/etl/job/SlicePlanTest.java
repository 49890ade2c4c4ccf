package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawRootMissingException;
import io.clickstream.etl.source.RawStores;
import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlicePlanTest {

  @TempDir Path root;

  private List<Slice> slices(List<Instant> hours) {
    List<Slice> slices = new ArrayList<>();
    try (SlicePlan plan =
        new SlicePlan(RawStores.of(new RawFolder(root))::list, hours, () -> Instant.EPOCH)) {
      plan.forEachRemaining(slices::add);
    }
    return slices;
  }

  private static List<Instant> hours(String first, int count) {
    Instant from = Instant.parse(first + ":00:00Z");
    return new Window.Range("range", from, from.plus(Duration.ofHours(count))).hours();
  }

  @Test
  void aQuietDayIsOneSliceOfAllItsHours() {
    RawFolder raw = new RawFolder(root);
    raw.event("2026-11-22T00", 1, "{}");
    raw.event("2026-11-22T23", 2, "{}");
    List<Slice> slices = slices(hours("2026-11-22T00", 24));
    assertThat(slices).hasSize(1);
    assertThat(slices.get(0).number()).isEqualTo(1);
    assertThat(slices.get(0).objectCount()).isEqualTo(2);
    assertThat(slices.get(0).hours()).hasSize(24);
    assertThat(slices.get(0).from()).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
    assertThat(slices.get(0).to()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
  }

  @Test
  void eachHourIsInExactlyOneSlice() throws IOException {
    RawFolder raw = new RawFolder(root);
    // Sparse files: 300,000 records each, as it is estimated.
    for (String hour : List.of("2026-11-20T05", "2026-11-20T06", "2026-11-21T05")) {
      Path batch = root.resolve(raw.batch(hour, 1, "").relative());
      try (RandomAccessFile file = new RandomAccessFile(batch.toFile(), "rw")) {
        file.setLength(300_000 * 400L);
      }
    }
    List<Instant> hours = hours("2026-11-20T00", 55);
    List<Slice> slices = slices(hours);
    assertThat(slices).extracting(Slice::number).containsExactly(1, 2, 3);
    assertThat(slices)
        .extracting(Slice::from)
        .containsExactly(
            Instant.parse("2026-11-20T00:00:00Z"),
            Instant.parse("2026-11-20T06:00:00Z"),
            Instant.parse("2026-11-21T05:00:00Z"));
    assertThat(slices.stream().flatMap(slice -> slice.hours().stream()).map(HourListing::hour))
        .containsExactlyElementsOf(hours);
  }

  @Test
  void theLatestHoursComeFirstIfTheyAreAskedForFirst() throws IOException {
    Path batch = root.resolve(new RawFolder(root).batch("2026-11-20T05", 1, "").relative());
    try (RandomAccessFile file = new RandomAccessFile(batch.toFile(), "rw")) {
      file.setLength(500_000 * 400L);
    }
    List<Instant> latestFirst = new ArrayList<>(hours("2026-11-20T03", 5));
    Collections.reverse(latestFirst);
    List<Slice> slices = slices(latestFirst);
    assertThat(slices)
        .extracting(Slice::from)
        .containsExactly(
            Instant.parse("2026-11-20T06:00:00Z"),
            Instant.parse("2026-11-20T05:00:00Z"),
            Instant.parse("2026-11-20T03:00:00Z"));
    assertThat(slices.get(0).hours())
        .extracting(HourListing::hour)
        .containsExactly(
            Instant.parse("2026-11-20T06:00:00Z"), Instant.parse("2026-11-20T07:00:00Z"));
  }

  @Test
  void packsCountByTheirSize() {
    RawFolder raw = new RawFolder(root);
    raw.write(RawFolder.key("2026-11-20T05", RawKey.Kind.PACK, 1), new byte[30_000]);
    List<Slice> slices = slices(hours("2026-11-20T05", 1));
    assertThat(slices.get(0).hours().get(0).mostRecords()).isEqualTo(601);
    assertThat(slices.get(0).objectCount()).isZero();
  }

  /** Plans hours of 100,000 records each, as it is estimated, and tells the plan of the first. */
  private List<Integer> hoursOfSlices(long listed, long read, double lockSeconds)
      throws IOException {
    RawFolder raw = new RawFolder(root);
    for (Instant hour : hours("2026-11-20T00", 12)) {
      String prefix = hour.toString().substring(0, "2026-11-20T00".length());
      Path batch = root.resolve(raw.batch(prefix, 1, "").relative());
      try (RandomAccessFile file = new RandomAccessFile(batch.toFile(), "rw")) {
        file.setLength(99_999 * 400L);
      }
    }
    List<Integer> sizes = new ArrayList<>();
    try (SlicePlan plan =
        new SlicePlan(RawStores.of(raw)::list, hours("2026-11-20T00", 12), () -> Instant.EPOCH)) {
      while (plan.hasNext()) {
        Slice slice = plan.next();
        if (sizes.isEmpty()) {
          assertThat(slice.mostRecords()).isEqualTo(500_000);
          plan.fitTo(slice.mostRecords(), listed, read, lockSeconds);
        }
        sizes.add(slice.hours().size());
      }
    }
    return sizes;
  }

  @Test
  void recordsThatAreShorterThanEstimatedKeepTheBound() throws IOException {
    assertThat(hoursOfSlices(833_000, 833_000, 30)).containsExactly(5, 3, 3, 1);
  }

  @Test
  void recordsThatAreLongerThanEstimatedFillTheSlice() throws IOException {
    assertThat(hoursOfSlices(400_000, 400_000, 30)).containsExactly(5, 6, 1);
  }

  @Test
  void aSliceIsNotGrownBeyondTwiceItsEstimate() throws IOException {
    assertThat(hoursOfSlices(10_000, 10_000, 1)).containsExactly(5, 7);
  }

  @Test
  void theLockIsHeldForAMinuteAtMost() throws IOException {
    assertThat(hoursOfSlices(500_000, 500_000, 60)).containsExactly(5, 5, 2);
    assertThat(hoursOfSlices(500_000, 500_000, 61)).containsExactly(5, 4, 3);
    assertThat(hoursOfSlices(500_000, 500_000, 1_000)).containsExactly(5, 1, 1, 1, 1, 1, 1, 1);
    // The pace is that of the records that were read; the others were loaded before.
    assertThat(hoursOfSlices(500_000, 250_000, 60)).containsExactly(5, 2, 2, 2, 1);
  }

  @Test
  void aSliceOfFewNewRecordsTellsNothing() throws IOException {
    assertThat(hoursOfSlices(500_000, 9_999, 600)).containsExactly(5, 5, 2);
    assertThat(hoursOfSlices(500_000, 10_000, 60)).containsExactly(5, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void anHourIsNeverCut() throws IOException {
    Path batch = root.resolve(new RawFolder(root).batch("2026-11-20T05", 1, "").relative());
    try (RandomAccessFile file = new RandomAccessFile(batch.toFile(), "rw")) {
      file.setLength(2_000_000 * 400L);
    }
    assertThat(slices(hours("2026-11-20T05", 1))).hasSize(1);
  }

  @Test
  void anHourThatCannotBeListedIsLeftOutAlone() throws IOException {
    RawFolder raw = new RawFolder(root);
    raw.batch("2026-11-20T05", 1, "");
    raw.batch("2026-11-20T07", 1, "");
    Path loop = root.resolve("2026/11/20/06");
    Files.createSymbolicLink(loop, loop);
    List<Instant> hours = hours("2026-11-20T05", 3);
    try (SlicePlan plan = new SlicePlan(RawStores.of(raw)::list, hours, () -> Instant.EPOCH)) {
      assertThat(plan.next().hours()).extracting(HourListing::hour).containsExactly(hours.get(0));
      assertThatThrownBy(plan::next)
          .isInstanceOf(UnlistedHourException.class)
          .hasMessageStartingWith("Cannot list hour 2026-11-20T06:00:00Z: ");
      assertThat(plan.next().hours()).extracting(HourListing::hour).containsExactly(hours.get(2));
      assertThat(plan.hasNext()).isFalse();
    }
  }

  @Test
  void withoutHoursThereIsNoSlice() {
    try (SlicePlan plan =
        new SlicePlan(RawStores.of(new RawFolder(root))::list, List.of(), () -> Instant.EPOCH)) {
      assertThat(plan.hasNext()).isFalse();
      assertThatThrownBy(plan::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void aMissingRootIsNotAnEmptyHour() {
    RawFolder nowhere = new RawFolder(root.resolve("nowhere"));
    try (SlicePlan plan =
        new SlicePlan(
            RawStores.of(nowhere)::list, hours("2026-11-22T13", 1), () -> Instant.EPOCH)) {
      assertThatThrownBy(plan::next).isInstanceOf(RawRootMissingException.class);
    }
  }
}
