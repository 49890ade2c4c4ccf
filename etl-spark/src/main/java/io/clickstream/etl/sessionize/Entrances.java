package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.PageUrl;
import org.apache.spark.sql.Row;

/**
 * Tells the events with which a visitor came to the shop from elsewhere.
 *
 * <p>An entrance is an event whose referrer is absent or external. A host is external unless it is
 * one of the shop's own, that of the page itself, that of a payment gateway, a bank or a sign-in
 * provider. Nor is a sign-in page of another site external. A referrer without a host counts as
 * absent.
 */
final class Entrances {

  private static final int PAGE_URL = Columns.SESSION_INPUT.indexOf("page_url");
  private static final int REFERRER = Columns.SESSION_INPUT.indexOf("referrer");
  private static final int REFERRER_HOST = Columns.SESSION_INPUT.indexOf("referrer_host");

  private final SessionRules rules;
  private final SiteCategories sites;

  Entrances(SessionRules rules, SiteCategories sites) {
    this.rules = rules;
    this.sites = sites;
  }

  /** Returns true if an event is an entrance. */
  boolean contain(Row event) {
    String host = event.getString(REFERRER_HOST);
    return host == null
        || !(rules.isOwn(host)
            || isOfPage(host, event)
            || sites.isOnTheWay(host)
            || sites.isPathOnTheWay(PageUrl.parse(event.getString(REFERRER)).path()));
  }

  private static boolean isOfPage(String host, Row event) {
    return !event.isNullAt(PAGE_URL)
        && host.equals(PageUrl.parse(event.getString(PAGE_URL)).host());
  }
}
