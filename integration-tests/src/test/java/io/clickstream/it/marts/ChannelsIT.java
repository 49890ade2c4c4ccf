package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sessionize.SiteCategories;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels as GA4 groups them by default, from what a session came with. */
class ChannelsIT {

  private static String anyWarehouse;

  @BeforeAll
  static void start() throws SQLException {
    anyWarehouse = migrated();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // utm_source, utm_medium, utm_campaign, click id, referrer host
        "-, -, -, -, -, Direct",
        "google, cpc, -, -, -, Paid Search",
        "google, organic, -, -, -, Organic Search",
        "-, -, -, -, google.com.vn, Organic Search",
        "-, -, -, -, coccoc.com, Organic Search",
        "-, -, -, gclid, -, Paid Search",
        "-, -, -, msclkid, -, Paid Search",
        "-, -, -, dclid, -, Display",
        "-, -, -, fbclid, l.facebook.com, Organic Social",
        "facebook, paid_social, -, -, -, Paid Social",
        "facebook, cpc, summer shopping, -, -, Paid Shopping",
        "newsletter, email, -, -, -, Email",
        "mail, e-mail, -, -, -, Email",
        "partner, affiliate, -, -, -, Affiliates",
        "blog.example, referral, -, -, -, Referral",
        "-, -, -, -, blog.example, Referral",
        "-, -, -, -, checkout.vnpay.vn, Direct",
        "-, -, -, -, m.youtube.com, Organic Video",
        "youtube, cpv, -, -, -, Paid Video",
        "x, banner, -, -, -, Display",
        "x, retargeting, -, -, -, Paid Other",
        "x, cpc, pmax cross-network 1, -, -, Cross-network",
        "app, push, -, -, -, Mobile Push Notifications",
        "sms, -, -, -, -, SMS",
        "x, audio, -, -, -, Audio",
        "shopee, -, -, -, -, Organic Shopping",
        "leaflet, print, -, -, -, Unassigned",
        "GOOGLE, CPC, -, -, -, Paid Search",
        "x, social, -, -, -, Organic Social",
        "x, video-ad, -, -, -, Organic Video",
        "(direct), (none), -, -, -, Direct",
        "(direct), (not set), -, -, -, Direct",
        "google, cpc, cross-network, -, -, Cross-network",
        "google, cpc, Summer Cross-Network PMax, -, -, Cross-network",
        "amazon, cpc, -, -, -, Paid Shopping",
        "ebay.com, paid, -, -, -, Paid Shopping",
        "google, cpc, shop-vietnam, -, -, Paid Shopping",
        "google, ppc, black friday shopping, -, -, Paid Shopping",
        "google, cpc, workshop, -, -, Paid Search",
        "google, cpc, eshop, -, -, Paid Shopping",
        "google, cpm, -, -, -, Paid Search",
        "bing, cpc, -, -, -, Paid Search",
        "yahoo, paidsearch, -, -, -, Paid Search",
        "baidu, retargeting, -, -, -, Paid Search",
        "facebook, cpc, -, -, -, Paid Social",
        "instagram, paid-social, -, -, -, Paid Social",
        "fb, ppc, -, -, -, Paid Social",
        "tiktok, paid, -, -, -, Paid Social",
        "zalo, cpc, -, -, -, Paid Social",
        "youtube, cpc, -, -, -, Paid Video",
        "vimeo, paidvideo, -, -, -, Paid Video",
        "dv360, display, -, -, -, Display",
        "google, display, -, -, -, Display",
        "x, expandable, -, -, -, Display",
        "x, interstitial, -, -, -, Display",
        "criteo, cpm, -, -, -, Display",
        "criteo, cpc, -, -, -, Paid Other",
        "criteo, retargeting, -, -, -, Paid Other",
        "social, cpc, -, -, -, Paid Other",
        "ebay, referral, -, -, -, Organic Shopping",
        "newsletter, email, spring shopping, -, -, Organic Shopping",
        "google shopping, organic, -, -, -, Organic Shopping",
        "pinterest, -, -, -, -, Organic Social",
        "x, sm, -, -, -, Organic Social",
        "x, social network, -, -, -, Organic Social",
        "x, social-media, -, -, -, Organic Social",
        "t.co, referral, -, -, -, Organic Social",
        "-, -, -, -, t.co, Organic Social",
        "-, -, -, -, lm.facebook.com, Organic Social",
        "-, -, -, -, www.tripadvisor.com, Organic Social",
        "-, -, -, -, groups.google.com, Organic Social",
        "-, -, -, -, blog.naver.com, Organic Social",
        "-, -, -, -, www.youtube.com, Organic Video",
        "x, video, -, -, -, Organic Video",
        "-, -, -, -, www.google.co.jp, Organic Search",
        "-, -, -, -, duckduckgo.com, Organic Search",
        "-, -, -, -, search.yahoo.co.jp, Organic Search",
        "-, -, -, -, www.rakuten.co.jp, Organic Search",
        "-, -, -, -, mail.google.com, Referral",
        "-, -, -, -, accounts.google.com, Direct",
        "-, -, -, -, pay.google.com, Direct",
        "-, -, -, -, docs.google.com, Referral",
        "-, -, -, -, messenger.shop.vn, Referral",
        "-, -, -, -, google.shop.vn, Referral",
        "-, -, -, -, t.co.uk, Referral",
        "-, -, -, -, messenger.com, Organic Social",
        "-, -, -, -, com.google.android.googlequicksearchbox, Organic Search",
        "-, -, -, -, com.facebook.katana, Organic Social",
        "-, -, -, -, search.example.com, Referral",
        "-, -, -, -, social.example.com, Referral",
        "-, -, -, -, chatgpt.com, AI Assistant",
        "-, -, -, -, gemini.google.com, AI Assistant",
        "-, -, -, -, claude.ai, AI Assistant",
        "chatgpt.com, -, -, -, -, AI Assistant",
        "chatgpt.com, ai-assistant, -, -, -, AI Assistant",
        "chatgpt.com, referral, -, -, -, Referral",
        "x, app, -, -, -, Referral",
        "x, link, -, -, -, Referral",
        "email, -, -, -, -, Email",
        "e_mail, -, -, -, -, Email",
        "x, e mail, -, -, -, Email",
        "x, newsletter, -, -, -, Unassigned",
        "x, affiliate, -, -, -, Affiliates",
        "x, affiliates, -, -, -, Unassigned",
        "spotify, audio, -, -, -, Audio",
        "x, sms, -, -, -, SMS",
        "firebase, -, -, -, -, Mobile Push Notifications",
        "x, mobile_app, -, -, -, Mobile Push Notifications",
        "x, notification, -, -, -, Mobile Push Notifications",
        "x, webpush, -, -, -, Mobile Push Notifications",
        "-, -, black-friday, -, -, Unassigned",
        "-, -, black-friday, gclid, -, Paid Search",
        "google, -, -, gclid, www.google.com, Paid Search",
        "google.com, -, -, gclid, -, Paid Search",
        "google, organic, -, gclid, -, Paid Search",
        "google, display, -, gclid, -, Display",
        "-, referral, -, gclid, -, Paid Search",
        "newsletter, -, -, gclid, -, Unassigned",
        "newsletter, email, -, gclid, -, Email",
        "google.shop.vn, -, -, gclid, -, Unassigned",
        "facebook, -, -, fbclid, -, Organic Social",
        "facebook, cpc, -, fbclid, -, Paid Social",
        "instagram, -, -, fbclid, -, Organic Social",
        "-, email, -, fbclid, -, Organic Social",
        "bing, -, -, msclkid, -, Paid Search",
        "-, -, -, gbraid, www.google.com, Paid Search",
        "-, -, -, wbraid, -, Paid Search",
        "-, -, -, unknownid, -, Direct",
        "-, -, -, -, checkout.stripe.com, Direct",
        "-, -, -, -, shop.app, Organic Shopping",
        "-, -, -, -, bit.ly, Organic Social",
      })
  void channelsAreThoseOfGa4(
      String source, String medium, String campaign, String click, String host, String channel)
      throws SQLException {
    assertThat(
            text(
                anyWarehouse,
                "SELECT channel FROM origin_of(%s, %s, %s, %s, %s)"
                    .formatted(
                        quoted(source),
                        quoted(medium),
                        quoted(campaign),
                        quoted(click),
                        quoted(host))))
        .isEqualTo(channel);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "google, -, gclid, google, cpc",
        "-, -, gclid, google, cpc",
        "google, organic, gclid, google, cpc",
        "google, paid-search, gclid, google, paid-search",
        "newsletter, -, gclid, newsletter, (not set)",
        "fb, -, fbclid, fb, social",
        "fb, story, fbclid, fb, story",
        "-, story, fbclid, facebook, story",
      })
  void aClickIdOfTheSameNetworkGivesTheMedium(
      String sentSource, String sentMedium, String click, String source, String medium)
      throws SQLException {
    assertThat(
            text(
                anyWarehouse,
                "SELECT source || ' / ' || medium FROM origin_of(%s, %s, NULL, %s, NULL)"
                    .formatted(quoted(sentSource), quoted(sentMedium), quoted(click))))
        .isEqualTo(source + " / " + medium);
  }

  /** Spark decides which referrers count, and PostgreSQL names the channel. */
  @Test
  void sparkAndPostgresKnowTheSameCategories() throws SQLException {
    Map<String, String> rules = new HashMap<>();
    try (Connection connection = connect(anyWarehouse);
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT source, category FROM channel_sources")) {
        while (row.next()) {
          rules.put(row.getString(1), row.getString(2));
        }
      }
      SiteCategories categories = new SiteCategories(rules);
      for (String name : rules.keySet()) {
        for (String form :
            List.of(
                "%s",
                "%s.com",
                "www.%s.com.vn",
                "a.b.%s.co.uk",
                "%s.shop.vn",
                "x%s.com",
                "%s.me",
                "me.%s",
                "a.%s.net.xyz",
                "%s.com.de",
                "co.%s")) {
          String host = form.formatted(name);
          try (PreparedStatement query = connection.prepareStatement("SELECT source_category(?)")) {
            query.setString(1, host);
            ResultSet row = query.executeQuery();
            row.next();
            assertThat(categories.of(host)).as(host).isEqualTo(row.getString(1));
          }
        }
      }
    }
  }

  private static String quoted(String text) {
    return text == null ? "NULL" : "'" + text + "'";
  }
}
