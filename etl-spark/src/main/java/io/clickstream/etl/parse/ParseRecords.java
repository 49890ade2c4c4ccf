package io.clickstream.etl.parse;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.Limits;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Raw records to events, in one pass inside the task that read them.
 *
 * <p>Input {@link Columns#RAW}, output {@link Columns#PARSED}: one {@code event} or {@code
 * rejected} row a record, {@code object} rows as they come. No row is dropped.
 */
public final class ParseRecords implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int WIDTH = Columns.PARSED.all().size();
  private static final int EVENT_AT = 1;
  private static final int COERCED_AT = EVENT_AT + Columns.PARSED_EVENT.all().size();
  private static final int REJECTED_AT = COERCED_AT + 1;
  private static final int OBJECT_AT = REJECTED_AT + Columns.REJECTED_RECORD.all().size();

  private static final int KIND = Columns.RAW.indexOf("kind");
  private static final int KEY = Columns.RAW.indexOf("key");
  private static final int LAST_MODIFIED = Columns.RAW.indexOf("last_modified");
  private static final int BODY = Columns.RAW.indexOf("body");
  private static final int LENGTH = Columns.RAW.indexOf("length");
  private static final int OUTCOME = Columns.RAW.indexOf("outcome");
  private static final int RECORDS = Columns.RAW.indexOf("records");
  private static final int DETAIL = Columns.RAW.indexOf("detail");

  private final ParseRules rules;

  public ParseRecords(ParseRules rules) {
    this.rules = rules;
  }

  /** Parses each record of the dataset. */
  public Dataset<Row> apply(Dataset<Row> raw) {
    return raw.mapPartitions(
        (MapPartitionsFunction<Row, Row>) this::parse, Encoders.row(Columns.PARSED.sparkSchema()));
  }

  private Iterator<Row> parse(Iterator<Row> rows) {
    EventParser parser = new EventParser(rules);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row raw = rows.next();
        return raw.getString(KIND).equals("object") ? objectRow(raw) : recordRow(parser, raw);
      }
    };
  }

  private static Row recordRow(EventParser parser, Row raw) {
    Object[] parsed = new Object[WIDTH];
    String key = raw.getString(KEY);
    byte[] body = raw.getAs(BODY);
    try {
      ParsedEvent event = parser.parse(key, raw.getLong(LAST_MODIFIED), body, raw.getLong(LENGTH));
      parsed[0] = "event";
      System.arraycopy(event.values(), 0, parsed, EVENT_AT, event.values().length);
      parsed[COERCED_AT] = event.coercedFields();
    } catch (RejectedRecordException e) {
      parsed[0] = "rejected";
      parsed[REJECTED_AT] = key;
      parsed[REJECTED_AT + 1] = e.reason().code();
      parsed[REJECTED_AT + 2] = e.getMessage();
      parsed[REJECTED_AT + 3] =
          body.length <= Limits.REJECT_BODY_BYTES
              ? body
              : Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
    }
    return RowFactory.create(parsed);
  }

  private static Row objectRow(Row raw) {
    Object[] parsed = new Object[WIDTH];
    parsed[0] = "object";
    parsed[OBJECT_AT] = raw.get(KEY);
    parsed[OBJECT_AT + 1] = raw.get(OUTCOME);
    parsed[OBJECT_AT + 2] = raw.get(RECORDS);
    parsed[OBJECT_AT + 3] = raw.get(DETAIL);
    return RowFactory.create(parsed);
  }
}
