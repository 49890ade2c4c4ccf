package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentListingsTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration STEP = Duration.ofSeconds(5);

  private final RecentListings listings = new RecentListings(5_000);

  @Test
  void fewObjectsAreListedInEachStep() {
    assertThat(listings.begin(NOON)).isEmpty();
    listings.listedAll(NOON, 4_999, SHORT);
    assertThat(listings.begin(NOON.plus(STEP))).isEmpty();
  }

  @Test
  void ofManyTheNewestAreListedForAMinute() {
    listings.begin(NOON);
    listings.listedAll(NOON, 5_000, SHORT);
    assertThat(listings.begin(NOON.plus(STEP))).contains(NOON.minus(RecentListings.LATE));
    Instant later = NOON.plus(RecentListings.SHORTEST_PAUSE);
    assertThat(listings.begin(later.minusMillis(1)))
        .contains(NOON.plus(STEP).minus(RecentListings.LATE));
    assertThat(listings.begin(later)).isEmpty();
  }

  @Test
  void aLongListingIsRepeatedLater() {
    listings.begin(NOON);
    listings.listedAll(NOON, 400_000, Duration.ofSeconds(20));
    Instant later = NOON.plusSeconds(400);
    assertThat(listings.begin(later.minusMillis(1))).isPresent();
    assertThat(listings.begin(later)).isEmpty();
  }

  @Test
  void aClockThatGoesBackHidesNoObject() {
    listings.begin(NOON);
    listings.listedAll(NOON, 5_000, SHORT);
    Instant back = NOON.minusSeconds(60);
    assertThat(listings.begin(back)).isEmpty();
    // A visit of all hours is not noted, so the recent hours are listed again.
    assertThat(listings.begin(back.plus(STEP))).isEmpty();
    listings.listedAll(back.plus(STEP), 5_000, SHORT);
    assertThat(listings.begin(back.plus(STEP).plus(STEP)))
        .contains(back.plus(STEP).minus(RecentListings.LATE));
  }
}
