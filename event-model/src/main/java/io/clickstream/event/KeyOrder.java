package io.clickstream.event;

import java.util.function.IntUnaryOperator;

/**
 * The order of the keys of an hour: that of their names, so by kind and then by UUID as unsigned
 * bytes. Large lists of keys store them as numbers and search in them.
 */
public final class KeyOrder {

  private KeyOrder() {}

  /**
   * Compares two keys.
   *
   * @param kind the code of the first key's kind
   * @param high the high half of its UUID
   * @param low the low half of its UUID
   * @return a negative number, 0 or a positive number, like {@link java.util.Comparator}
   */
  public static int compare(
      char kind, long high, long low, char otherKind, long otherHigh, long otherLow) {
    int kinds = Character.compare(kind, otherKind);
    if (kinds != 0) {
      return kinds;
    }
    int highs = Long.compareUnsigned(high, otherHigh);
    return highs != 0 ? highs : Long.compareUnsigned(low, otherLow);
  }

  /** Compares a key with another one, like {@link #compare(char, long, long, char, long, long)}. */
  public static int compare(char kind, long high, long low, RawKey key) {
    return compare(
        kind,
        high,
        low,
        key.kind().code(),
        key.id().getMostSignificantBits(),
        key.id().getLeastSignificantBits());
  }

  /**
   * Finds a key in a sorted list by binary search.
   *
   * @param size the number of keys in the list
   * @param compared compares the key at a position with the wanted one
   * @return the position of the wanted key, or -1 if the list does not have it
   */
  public static int find(int size, IntUnaryOperator compared) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compared.applyAsInt(middle);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
