package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.RawStores;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewObjectsTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final long MANY = 5_000;

  @TempDir Path root;

  private final RecentListings listings = new RecentListings(MANY);
  private final NewObjects newObjects = new NewObjects(new StopSignal(), listings);
  private RawStore store;
  private Instant now = NOON;

  @BeforeEach
  void listAll() {
    RawFolder raw = new RawFolder(root);
    raw.event("2026-11-22T12", 1, "{}");
    store = RawStores.of(raw);
    listings.begin(NOON);
    listings.listedAll(NOON, MANY, Duration.ofSeconds(1));
  }

  private SliceFilter nextStep() {
    now = now.plusSeconds(1);
    return newObjects.ofStep(null, now, false, false);
  }

  private boolean listsAll(SliceFilter filter) throws IOException {
    return filter.list(store, NOON, now, () -> {}).isWhole();
  }

  /** Their ids may be too old for the next step, if that lists the newest only. */
  @Test
  void afterObjectsThatCouldNotBeTriedAStepListsAll() throws IOException {
    SliceFilter step = nextStep();
    assertThat(listsAll(step)).isFalse();
    step.loaded(List.of());
    assertThat(listsAll(nextStep())).isTrue();
    assertThat(listsAll(nextStep())).isFalse();
  }
}
