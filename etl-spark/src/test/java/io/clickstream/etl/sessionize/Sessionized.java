package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** Session key by event id. */
  Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    for (Row row : rows) {
      if (row.getString(0).equals("event")) {
        keys.put(row.getString(EVENT_FROM), row.getString(EVENT_FROM + 1));
      }
    }
    return keys;
  }

  private static Row part(Row row, int from, Columns columns) {
    Object[] values = new Object[columns.all().size()];
    Arrays.setAll(values, i -> row.get(from + i));
    return RowFactory.create(values);
  }
}
