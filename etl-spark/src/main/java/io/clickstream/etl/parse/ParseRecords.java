package io.clickstream.etl.parse;

import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.RawRow;
import io.clickstream.etl.schema.UnprocessableRowException;
import io.clickstream.event.Limits;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Parses raw records into events, in one pass inside the task that read them.
 *
 * <p>Input {@link RawRow}, output {@link ParsedRow}. Each record becomes one {@code EVENT} or one
 * {@code REJECTED} row; {@code OBJECT} rows are passed on. No row is dropped.
 */
public final class ParseRecords implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int KEY = RawRow.RECORD.indexOf("key");
  private static final int LAST_MODIFIED = RawRow.RECORD.indexOf("last_modified");
  private static final int BODY = RawRow.RECORD.indexOf("body");
  private static final int LENGTH = RawRow.RECORD.indexOf("length");

  private final ParseRules rules;

  public ParseRecords(ParseRules rules) {
    this.rules = rules;
  }

  /** Parses each record of the dataset. */
  public Dataset<Row> apply(Dataset<Row> raw) {
    return raw.mapPartitions(
        (MapPartitionsFunction<Row, Row>) this::parse, Encoders.row(ParsedRow.ALL.sparkSchema()));
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
        return RawRow.OBJECT.holds(raw) ? objectRow(raw) : recordRow(parser, raw);
      }
    };
  }

  private static Row recordRow(EventParser parser, Row raw) {
    String key = raw.getString(KEY);
    byte[] body = raw.getAs(BODY);
    try {
      return ParsedRow.EVENT.row(
          parser.parse(key, raw.getLong(LAST_MODIFIED), body, raw.getLong(LENGTH)));
    } catch (RejectedRecordException e) {
      byte[] kept =
          body.length <= Limits.REJECT_BODY_BYTES
              ? body
              : Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
      return ParsedRow.REJECTED.row(key, e.reason().code(), e.getMessage(), kept);
    } catch (RuntimeException e) {
      throw new UnprocessableRowException("the record " + key, e);
    }
  }

  private static Row objectRow(Row raw) {
    return ParsedRow.OBJECT.row(RawRow.OBJECT.values(raw));
  }
}
