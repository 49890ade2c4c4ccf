package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.source.HourListing;
import io.clickstream.etl.source.RawStore;
import io.clickstream.event.RawKey;
import io.clickstream.testing.Eventually;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HoursAheadTest {

  private static final int MAX_WAITING = 1_000;

  /** Each listing that is under way may add one key before it is held. */
  private static final int PARALLEL_LISTINGS = 8;

  private final AtomicInteger clockReadings = new AtomicInteger();

  private HoursAhead ahead(List<Instant> hours) {
    return new HoursAhead(
        new RawStore(URI.create(CountedFileSystem.ROOT), CountedFileSystem.configuration())::list,
        hours,
        () -> {
          clockReadings.incrementAndGet();
          return Instant.EPOCH;
        },
        MAX_WAITING);
  }

  /** Until nothing more is shown for a while. */
  private static long shownInTheEnd() throws InterruptedException {
    long before;
    long shown = -1;
    do {
      before = shown;
      Thread.sleep(100);
      shown = CountedFileSystem.shown();
    } while (shown != before);
    return shown;
  }

  private static List<Instant> hours(String first, int count) {
    Instant from = Instant.parse(first + ":00:00Z");
    return new Window.Range("range", from, from.plus(Duration.ofHours(count))).hours();
  }

  @Test
  void eachHourIsListedOnceInOrder() {
    List<Instant> hours = hours("2026-11-20T00", 72);
    CountedFileSystem.hold(hours, 300);
    List<HourListing> taken = new ArrayList<>();
    try (HoursAhead ahead = ahead(hours)) {
      while (ahead.hasNext()) {
        HourListing next = ahead.peek();
        assertThat(ahead.next()).isSameAs(next);
        taken.add(next);
      }
    }
    assertThat(taken).extracting(HourListing::hour).containsExactlyElementsOf(hours);
    assertThat(taken).allMatch(hour -> hour.objects().size() == 300);
    assertThat(CountedFileSystem.listed())
        .containsExactlyElementsOf(hours.stream().map(RawKey::hourPrefix).toList());
    assertThat(clockReadings).hasValueLessThanOrEqualTo(6);
  }

  @Test
  void listingsPauseWhileManyKeysWait() throws InterruptedException {
    List<Instant> hours = hours("2026-11-22T00", 24);
    int keys = 20_000;
    CountedFileSystem.hold(hours, keys);
    try (HoursAhead ahead = ahead(hours)) {
      for (int taken = 0; taken < 4; taken++) {
        ahead.peek();
        // All that was taken, the next hour as a whole, and what may wait besides.
        assertThat(shownInTheEnd())
            .isLessThanOrEqualTo((taken + 1L) * keys + MAX_WAITING + PARALLEL_LISTINGS);
        assertThat(ahead.next().objects()).hasSize(keys);
      }
    }
  }

  @Test
  void emptyHoursAreListed24Ahead() throws Exception {
    Instant first = Instant.parse("2026-11-22T00:00:00Z");
    List<Instant> hours = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hours.add(first.plus(Duration.ofHours(i)));
    }
    CountedFileSystem.hold(hours, 0);
    try (HoursAhead ahead = ahead(hours)) {
      ahead.peek();
      Eventually.holds("24 hours are listed", () -> CountedFileSystem.listed().size() >= 24);
      shownInTheEnd();
      assertThat(CountedFileSystem.listed()).hasSize(24);
    }
  }

  @Test
  void closingThePlanEndsAPausedListing() throws InterruptedException {
    List<Instant> hours = hours("2026-11-22T00", 24);
    int keys = 20_000;
    CountedFileSystem.hold(hours, keys);
    HoursAhead ahead = ahead(hours);
    ahead.peek();
    shownInTheEnd();
    ahead.close();
    // Each listing shows one key more when it ends.
    assertThat(shownInTheEnd()).isLessThanOrEqualTo(keys + MAX_WAITING + 2 * PARALLEL_LISTINGS);
  }

  @Test
  void aFailedListingIsReportedWhenItsHourComes() {
    List<Instant> hours = hours("2026-11-22T00", 2);
    CountedFileSystem.hold(hours.subList(0, 1), 3);
    try (HoursAhead ahead = ahead(hours)) {
      assertThat(ahead.next().objects()).hasSize(3);
      assertThatThrownBy(ahead::peek).hasRootCauseMessage("broken: 2026/11/22/01");
      assertThatThrownBy(ahead::next).hasRootCauseMessage("broken: 2026/11/22/01");
    }
  }
}
