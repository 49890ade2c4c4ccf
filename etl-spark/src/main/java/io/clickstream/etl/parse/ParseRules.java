package io.clickstream.etl.parse;

import java.io.Serializable;

/**
 * The settings of records; part of the warehouse's settings.
 *
 * @param priceScale decimal places that prices in minor units keep, 0 to 9
 * @param rejectedBytesDays days for which the warehouse keeps the bytes of a rejected record, 1 to
 *     36500; 0 keeps them for ever
 */
public record ParseRules(int priceScale, int rejectedBytesDays) implements Serializable {

  /** Version of the rules: raised whenever the same record could give another row. */
  public static final int VERSION = 4;

  /** Name and version of the crawler list. */
  public static final String BOT_LIST_VERSION = UserAgents.LIST_VERSION;

  /** Greatest number of days for which the bytes of a rejected record can be kept. */
  public static final int MAX_REJECTED_BYTES_DAYS = 36_500;

  private static final int MAX_PRICE_SCALE = 9;

  /** Creates rules that keep the bytes of rejected records for ever. */
  public ParseRules(int priceScale) {
    this(priceScale, 0);
  }

  public ParseRules {
    if (priceScale < 0 || priceScale > MAX_PRICE_SCALE) {
      throw new IllegalArgumentException("price scale must be 0 to 9, not " + priceScale);
    }
    if (rejectedBytesDays < 0 || rejectedBytesDays > MAX_REJECTED_BYTES_DAYS) {
      throw new IllegalArgumentException(
          "rejected bytes must be kept for 0 to 36500 days, not " + rejectedBytesDays);
    }
  }
}
