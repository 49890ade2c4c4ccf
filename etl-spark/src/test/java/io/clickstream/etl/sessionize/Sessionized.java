package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.SessionizedRow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows that sessionizing returns for a set of events. */
record Sessionized(List<Row> rows) {

  private static final int EVENT_ID = SessionizedRow.EVENT.indexOf("event_id");
  private static final int SESSION_KEY = SessionizedRow.EVENT.indexOf("session_key");

  private static final SiteCategories SITES =
      new SiteCategories(
          Map.of(
              "google", "search",
              "accounts.google", "sign-in",
              "vnpay", "payment",
              "zalo.me", "social"));

  static Sessionized of(Dataset<Row> input, SessionRules rules) {
    return new Sessionized(
        new SummarizeSessions(rules, SITES)
            .apply(new Sessionize(rules).apply(input))
            .collectAsList());
  }

  /** Returns the rows of {@code SESSION}. */
  List<Row> sessions() {
    return rows.stream()
        .filter(SessionizedRow.SESSION::holds)
        .map(row -> RowFactory.create(SessionizedRow.SESSION.values(row)))
        .toList();
  }

  /** Returns session keys by event id, which must be unique. */
  Map<String, String> keys() {
    return events().collect(Collectors.toMap(row -> row.getString(EVENT_ID), Sessionized::key));
  }

  /** Returns the event id and the session key of each event. */
  Set<String> eventsWithKeys() {
    return events()
        .map(row -> row.getString(EVENT_ID) + " " + key(row))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<Row> events() {
    return rows.stream().filter(SessionizedRow.EVENT::holds);
  }

  private static String key(Row event) {
    return event.getString(SESSION_KEY);
  }
}
