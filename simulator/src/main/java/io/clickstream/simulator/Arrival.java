package io.clickstream.simulator;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The way in which a visit came to the shop.
 *
 * @param referrer the referrer, or null if the browser sends none
 * @param query the query of the landing page's URL with its question mark, or empty
 * @param entrance the kind of the landing page
 */
record Arrival(String referrer, String query, Entrance entrance) {

  /** The kind of page on which a visit begins. */
  enum Entrance {
    HOME,
    CATEGORY,
    PRODUCT,
    CONTENT
  }

  private enum Channel {
    DIRECT,
    ORGANIC_SEARCH,
    PAID_SEARCH,
    PAID_SOCIAL,
    FACEBOOK_POST,
    ZALO,
    TIKTOK,
    EMAIL,
    AFFILIATE,
    REFERRAL
  }

  private static final Weighted<Channel> CHANNELS =
      Weighted.<Channel>choices()
          .add(26, Channel.DIRECT)
          .add(27, Channel.ORGANIC_SEARCH)
          .add(14, Channel.PAID_SEARCH)
          .add(9, Channel.PAID_SOCIAL)
          .add(7, Channel.FACEBOOK_POST)
          .add(5, Channel.ZALO)
          .add(3, Channel.TIKTOK)
          .add(4, Channel.EMAIL)
          .add(3, Channel.AFFILIATE)
          .add(2, Channel.REFERRAL)
          .build();

  private static final Weighted<String> SEARCH_ENGINES =
      Weighted.<String>choices()
          .add(84, "https://www.google.com/")
          .add(6, "https://www.google.com.vn/")
          .add(6, "https://coccoc.com/")
          .add(4, "https://www.bing.com/")
          .build();

  private static final Weighted<String> FORUMS =
      Weighted.<String>choices()
          .add(3, "https://diendan.example/chu-de/tu-van-build-pc-20-trieu")
          .add(2, "https://review.example/laptop/danh-gia-laptop-gaming")
          .build();

  private static final Weighted<String> SEARCH_CAMPAIGNS =
      Weighted.<String>choices()
          .add(5, "laptop-gaming-t11")
          .add(4, "thuong-hieu")
          .add(3, "man-hinh-do-hoa")
          .add(2, "build-pc")
          .build();

  private static final Weighted<String> SOCIAL_CAMPAIGNS =
      Weighted.<String>choices()
          .add(4, "black-friday-2026")
          .add(3, "Sale cuối tuần")
          .add(2, "remarketing-gio-hang")
          .build();

  private static final Weighted<Entrance> FROM_ADVERTISEMENTS =
      Weighted.<Entrance>choices()
          .add(60, Entrance.PRODUCT)
          .add(30, Entrance.CATEGORY)
          .add(10, Entrance.CONTENT)
          .build();

  private static final Weighted<Entrance> FROM_SEARCH =
      Weighted.<Entrance>choices()
          .add(45, Entrance.PRODUCT)
          .add(25, Entrance.CATEGORY)
          .add(18, Entrance.HOME)
          .add(12, Entrance.CONTENT)
          .build();

  private static final Weighted<Entrance> FROM_MEMORY =
      Weighted.<Entrance>choices()
          .add(68, Entrance.HOME)
          .add(16, Entrance.PRODUCT)
          .add(12, Entrance.CATEGORY)
          .add(4, Entrance.CONTENT)
          .build();

  private static final String CLICK_ID_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  static Arrival draw(SeededRandom random) {
    return switch (CHANNELS.draw(random)) {
      case DIRECT -> new Arrival(null, "", FROM_MEMORY.draw(random));
      case ORGANIC_SEARCH -> new Arrival(SEARCH_ENGINES.draw(random), "", FROM_SEARCH.draw(random));
      case PAID_SEARCH ->
          new Arrival(
              "https://www.google.com/",
              campaign("google", "cpc", SEARCH_CAMPAIGNS.draw(random))
                  + "&gclid=EAIaIQobChMI"
                  + clickId(random, 28),
              FROM_ADVERTISEMENTS.draw(random));
      case PAID_SOCIAL ->
          new Arrival(
              "https://l.facebook.com/",
              campaign("facebook", "paid_social", SOCIAL_CAMPAIGNS.draw(random))
                  + "&utm_content=video-"
                  + random.between(1, 3)
                  + "&fbclid=IwY2xjaw"
                  + clickId(random, 40),
              FROM_ADVERTISEMENTS.draw(random));
      case FACEBOOK_POST ->
          new Arrival(
              random.chance(0.5) ? "https://l.facebook.com/" : "https://m.facebook.com/",
              "?fbclid=IwY2xjaw" + clickId(random, 40),
              FROM_SEARCH.draw(random));
      case ZALO ->
          new Arrival(
              null,
              campaign("zalo", "social", "oa-broadcast-t11"),
              FROM_ADVERTISEMENTS.draw(random));
      case TIKTOK ->
          new Arrival(
              "https://www.tiktok.com/",
              campaign("tiktok", "video", "unbox-laptop") + "&ttclid=E.C.P." + clickId(random, 32),
              FROM_ADVERTISEMENTS.draw(random));
      case EMAIL ->
          new Arrival(
              null,
              campaign("newsletter", "email", "ban-tin-tuan-47"),
              random.chance(0.5) ? Entrance.CONTENT : Entrance.CATEGORY);
      case AFFILIATE ->
          new Arrival(
              "https://tiepthi.example/",
              campaign("accesstrade", "affiliate", "hoa-hong-5"),
              FROM_ADVERTISEMENTS.draw(random));
      case REFERRAL -> new Arrival(FORUMS.draw(random), "", FROM_SEARCH.draw(random));
    };
  }

  private static String campaign(String source, String medium, String campaign) {
    return "?utm_source="
        + source
        + "&utm_medium="
        + medium
        + "&utm_campaign="
        + URLEncoder.encode(campaign, StandardCharsets.UTF_8);
  }

  private static String clickId(SeededRandom random, int length) {
    return random.text(CLICK_ID_ALPHABET, length);
  }
}
