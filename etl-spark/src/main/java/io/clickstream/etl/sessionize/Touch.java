package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.util.Arrays;
import java.util.Objects;
import org.apache.spark.sql.Row;

/**
 * The event that brought a session to the shop, with its referrer, campaign and click id.
 *
 * <p>All values are of one event: the session's first entrance that carries campaign parameters or
 * a click id, else the session's first event. Events of a back end do not count: see {@link
 * SessionSummary}. If the first event is not an entrance, its campaign parameters are on a link of
 * the shop itself and do not count, nor does its referrer's host.
 */
final class Touch {

  private static final int REFERRER = at("referrer");
  private static final int REFERRER_HOST = at("referrer_host");
  private static final int UTM_SOURCE = at("utm_source");
  private static final int UTM_COLUMNS = 5;
  private static final int CLICK_ID = at("click_id");
  private static final int CLICK_ID_TYPE = at("click_id_type");

  /** The touch of a session without events of a person. */
  static final Touch NONE = new Touch();

  private final String referrer;
  private final String referrerHost;
  private final String[] utm = new String[UTM_COLUMNS];
  private final String clickId;
  private final String clickIdType;

  private Touch(Row event, boolean isEntrance) {
    referrer = event.getString(REFERRER);
    referrerHost = isEntrance ? event.getString(REFERRER_HOST) : null;
    for (int i = 0; i < UTM_COLUMNS; i++) {
      utm[i] = isEntrance ? event.getString(UTM_SOURCE + i) : null;
    }
    clickId = isEntrance ? event.getString(CLICK_ID) : null;
    clickIdType = isEntrance ? event.getString(CLICK_ID_TYPE) : null;
  }

  private Touch() {
    referrer = null;
    referrerHost = null;
    clickId = null;
    clickIdType = null;
  }

  private static int at(String column) {
    return Columns.SESSION_INPUT.indexOf(column);
  }

  /** Returns the touch of a session that begins with an event. */
  static Touch ofFirst(Row event, Entrances entrances) {
    return new Touch(event, entrances.contain(event));
  }

  /** Returns the touch of a stored session, whose row holds the values of the touch. */
  static Touch ofStored(Row session) {
    return new Touch(session, true);
  }

  /** Returns the touch after one more event of the session. */
  Touch then(Row event, Entrances entrances) {
    return isCampaign() || !isCampaign(event) || !entrances.contain(event)
        ? this
        : new Touch(event, true);
  }

  /** Returns true if the touch carries campaign parameters or a click id; no event replaces it. */
  private boolean isCampaign() {
    return clickId != null || Arrays.stream(utm).anyMatch(Objects::nonNull);
  }

  private static boolean isCampaign(Row event) {
    for (int i = 0; i < UTM_COLUMNS; i++) {
      if (!event.isNullAt(UTM_SOURCE + i)) {
        return true;
      }
    }
    return !event.isNullAt(CLICK_ID);
  }

  String referrer() {
    return referrer;
  }

  String referrerHost() {
    return referrerHost;
  }

  /** Returns source, medium, campaign, term or content, by its position in this order. */
  String utm(int position) {
    return utm[position];
  }

  String clickId() {
    return clickId;
  }

  String clickIdType() {
    return clickIdType;
  }
}
