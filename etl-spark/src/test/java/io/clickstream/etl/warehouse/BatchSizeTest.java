package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  private static final Duration MICRO = Duration.ofNanos(1_000);

  private final BatchSize size = new BatchSize(100, 30, 500);

  @Test
  void aSlowBatchIsFollowedByHalfAndAQuickOneByTwiceItsSize() {
    size.adapt(BatchSize.SLOW);
    assertThat(size.next()).isEqualTo(100);
    size.adapt(BatchSize.SLOW.plus(MICRO));
    assertThat(size.next()).isEqualTo(50);
    size.adapt(BatchSize.QUICK);
    assertThat(size.next()).isEqualTo(50);
    size.adapt(BatchSize.QUICK.minus(MICRO));
    assertThat(size.next()).isEqualTo(100);
  }

  @Test
  void theSizeStaysWithinItsBounds() {
    for (int i = 0; i < 5; i++) {
      size.adapt(Duration.ZERO);
    }
    assertThat(size.next()).isEqualTo(500);
    for (int i = 0; i < 9; i++) {
      size.adapt(Duration.ofMinutes(1));
    }
    assertThat(size.next()).isEqualTo(30);
  }
}
