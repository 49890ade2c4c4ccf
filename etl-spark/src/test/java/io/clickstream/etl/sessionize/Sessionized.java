package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** What sessionizing hands on for a set of events. */
record Sessionized(List<Row> rows) {

  private static final int EVENT_FROM = 1;
  private static final int SESSION_FROM = EVENT_FROM + Columns.EVENT_SESSION.all().size();

  static Sessionized of(Dataset<Row> input, SessionRules rules) {
    return new Sessionized(
        new SummarizeSessions(rules).apply(new Sessionize(rules).apply(input)).collectAsList());
  }

  /** Rows of {@code SESSION}. */
  List<Row> sessions() {
    return rows.stream()
        .filter(row -> row.getString(0).equals("session"))
        .map(row -> part(row, SESSION_FROM, Columns.SESSION))
        .toList();
  }

  /** Session key by event id, which must be unique. */
  Map<String, String> keys() {
    return events().collect(Collectors.toMap(row -> row.getString(EVENT_FROM), Sessionized::key));
  }

  /** Event id and session key of each event. */
  Set<String> eventsWithKeys() {
    return events()
        .map(row -> row.getString(EVENT_FROM) + " " + key(row))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<Row> events() {
    return rows.stream().filter(row -> row.getString(0).equals("event"));
  }

  private static String key(Row event) {
    return event.getString(EVENT_FROM + 1);
  }

  private static Row part(Row row, int from, Columns columns) {
    Object[] values = new Object[columns.all().size()];
    Arrays.setAll(values, i -> row.get(from + i));
    return RowFactory.create(values);
  }
}
