package io.clickstream.simulator;

import java.util.List;
import java.util.UUID;

/**
 * A seeded random generator, SplitMix64. The bounded and floating-point methods of the JDK's
 * generators have changed between releases, and traffic must have the same bytes on every Java.
 */
public final class SeededRandom {

  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;
  private static final double UNIT = 0x1.0p-53;

  private long state;

  SeededRandom(long seed) {
    this.state = seed;
  }

  /** Returns an independent generator for a part, such as one visit of one visitor. */
  public static SeededRandom of(long seed, long part, long subPart) {
    return new SeededRandom(mix(mix(mix(seed) + part * GOLDEN_GAMMA) + subPart * GOLDEN_GAMMA));
  }

  /** Returns 64 uniform bits. */
  long bits() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a uniform number in [0, 1). */
  double unit() {
    return (bits() >>> 11) * UNIT;
  }

  /** Returns a uniform number in [0, bound). */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  /** Returns a uniform number in [low, high]. */
  public long between(long low, long high) {
    return low + (long) (unit() * (high - low + 1));
  }

  /** Returns true with a probability. */
  public boolean chance(double probability) {
    return unit() < probability;
  }

  /** Returns an exponentially distributed number, which is never negative. */
  double exponential(double mean) {
    return -mean * StrictMath.log(1 - unit());
  }

  <T> T pick(List<T> items) {
    return items.get(below(items.size()));
  }

  /** Returns a UUID of version 4. */
  public UUID uuid() {
    long high = (bits() & ~0xF000L) | 0x4000L;
    long low = (bits() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** Returns a text of characters from an alphabet. */
  String text(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(below(alphabet.length())));
    }
    return text.toString();
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return b ^ (b >>> 31);
  }
}
