package io.clickstream.etl.parse;

import io.clickstream.event.PageUrl;
import java.util.List;

/**
 * Computes the columns that come from the URLs: {@code page_address}, {@code page_query}, {@code
 * page_path}, the {@code utm_*} columns, {@code click_id} and {@code click_id_type} from {@code
 * page_url}; {@code referrer_host} from {@code referrer}.
 */
final class PageColumns {

  /** Query parameters that have a column of the same name. */
  private static final List<String> CAMPAIGN_PARAMETERS =
      List.of("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content");

  private PageColumns() {}

  static void fill(EventRow row) {
    String pageUrl = row.text("page_url");
    if (pageUrl != null) {
      split(pageUrl, row);
      fillFrom(PageUrl.parse(pageUrl), row);
    }
    String referrer = row.text("referrer");
    row.set("referrer_host", referrer == null ? null : PageUrl.parse(referrer).host());
  }

  /** Splits a URL before its query or fragment. Many URLs share their address. */
  private static void split(String pageUrl, EventRow row) {
    int end = 0;
    while (end < pageUrl.length() && pageUrl.charAt(end) != '?' && pageUrl.charAt(end) != '#') {
      end++;
    }
    // A column holds no empty text.
    boolean isSplit = end > 0 && end < pageUrl.length();
    row.set("page_address", isSplit ? pageUrl.substring(0, end) : pageUrl);
    row.set("page_query", isSplit ? pageUrl.substring(end) : null);
  }

  private static void fillFrom(PageUrl page, EventRow row) {
    row.set("page_path", page.path());
    for (String parameter : CAMPAIGN_PARAMETERS) {
      String value = page.query().get(parameter);
      row.set(parameter, value == null ? null : Text.display(value));
    }
    for (String parameter : PageUrl.CLICK_ID_PARAMETERS) {
      String clickId = page.query().get(parameter);
      if (clickId != null) {
        row.set("click_id", Text.cut(clickId));
        row.set("click_id_type", parameter);
        return;
      }
    }
  }
}
