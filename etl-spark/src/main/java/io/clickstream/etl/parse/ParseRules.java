package io.clickstream.etl.parse;

import java.io.Serializable;

/**
 * The settings of parsing; part of the warehouse's settings.
 *
 * @param priceScale decimal places that prices in minor units keep, 0 to 9
 */
public record ParseRules(int priceScale) implements Serializable {

  /** Version of the rules: raised whenever the same record could give another row. */
  public static final int VERSION = 4;

  /** Name and version of the crawler list. */
  public static final String BOT_LIST_VERSION = UserAgents.LIST_VERSION;

  private static final int MAX_PRICE_SCALE = 9;

  public ParseRules {
    if (priceScale < 0 || priceScale > MAX_PRICE_SCALE) {
      throw new IllegalArgumentException("price scale must be 0 to 9, not " + priceScale);
    }
  }
}
