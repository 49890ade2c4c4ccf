package io.clickstream.it;

import io.clickstream.testing.Eventually;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test sets it. A follower reads it once per step. */
public final class HandClock extends Clock {

  private Instant now;
  private boolean isRead;

  /** Creates a clock that shows a time. */
  public HandClock(Instant now) {
    this.now = now;
  }

  /** Sets the clock. */
  public synchronized void set(Instant time) {
    now = time;
    isRead = false;
  }

  /**
   * Sets the clock, and waits until a follower has taken a whole step at this time.
   *
   * @param follower the follower that reads the clock, and no other
   */
  public void stepAt(Instant time, RunningFollower follower) throws Exception {
    set(time);
    awaitRead(follower);
    // The next step begins after the end of that one.
    set(time.plusNanos(1_000));
    awaitRead(follower);
  }

  private void awaitRead(RunningFollower follower) throws Exception {
    Eventually.holds("a step begins", () -> isRead() || follower.hasEnded());
  }

  private synchronized boolean isRead() {
    return isRead;
  }

  @Override
  public synchronized Instant instant() {
    isRead = true;
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
