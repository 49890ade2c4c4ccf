package io.clickstream.etl.parse;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.RawRow;
import io.clickstream.etl.schema.UnprocessableRowException;
import io.clickstream.event.Limits;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Parses raw records into events, in one pass inside the task that read them.
 *
 * <p>Input {@link RawRow}, output {@link ParsedRow}. Each record becomes one {@code EVENT}, one
 * {@code REJECTED} or one {@code ERASED} row; {@code OBJECT} rows are passed on. No row is dropped.
 */
public final class ParseRecords implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int KEY = RawRow.RECORD.indexOf("key");
  private static final int LAST_MODIFIED = RawRow.RECORD.indexOf("last_modified");
  private static final int BODY = RawRow.RECORD.indexOf("body");
  private static final int LENGTH = RawRow.RECORD.indexOf("length");

  private static final int EVENT_ID = Columns.STAGED_EVENT.indexOf("event_id");
  private static final int EVENT_TIMESTAMP = Columns.STAGED_EVENT.indexOf("event_timestamp");
  private static final int CLIENT_ID = Columns.STAGED_EVENT.indexOf("client_id");
  private static final int USER_ID = Columns.STAGED_EVENT.indexOf("user_id");

  /** Returns the ids of the erasure requests; tasks read them from a broadcast. */
  public interface Erased extends Supplier<ErasedIds>, Serializable {}

  private final ParseRules rules;
  private final Erased erased;

  /** Creates the transform of a warehouse without erasure requests. */
  public ParseRecords(ParseRules rules) {
    this(rules, null);
  }

  /**
   * Creates the transform.
   *
   * @param erased the ids whose records are erased, or null if there is none
   */
  public ParseRecords(ParseRules rules, Erased erased) {
    this.rules = rules;
    this.erased = erased;
  }

  /** Parses each record of the dataset. */
  public Dataset<Row> apply(Dataset<Row> raw) {
    return raw.mapPartitions(
        (MapPartitionsFunction<Row, Row>) this::parse, Encoders.row(ParsedRow.ALL.sparkSchema()));
  }

  private Iterator<Row> parse(Iterator<Row> rows) {
    EventParser parser = new EventParser(rules);
    ErasedIds erasedIds = erased == null ? null : erased.get();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row raw = rows.next();
        return RawRow.OBJECT.holds(raw) ? objectRow(raw) : recordRow(parser, erasedIds, raw);
      }
    };
  }

  private static Row recordRow(EventParser parser, ErasedIds erased, Row raw) {
    String key = raw.getString(KEY);
    byte[] body = raw.getAs(BODY);
    try {
      Object[] event = parser.parse(key, raw.getLong(LAST_MODIFIED), body, raw.getLong(LENGTH));
      return erased != null && isErased(erased, key, event)
          ? ParsedRow.ERASED.row(key)
          : ParsedRow.EVENT.row(event);
    } catch (RejectedRecordException e) {
      if (erased != null && erased.matchesKey(key)) {
        return ParsedRow.ERASED.row(key);
      }
      byte[] kept =
          body.length <= Limits.REJECT_BODY_BYTES
              ? body
              : Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
      return ParsedRow.REJECTED.row(key, e.reason().code(), e.getMessage(), kept);
    } catch (RuntimeException e) {
      throw new UnprocessableRowException("the record " + key, e);
    }
  }

  private static boolean isErased(ErasedIds erased, String key, Object[] event) {
    return erased.matches(
        key,
        (String) event[EVENT_ID],
        (String) event[CLIENT_ID],
        (String) event[USER_ID],
        (Long) event[EVENT_TIMESTAMP]);
  }

  private static Row objectRow(Row raw) {
    return ParsedRow.OBJECT.row(RawRow.OBJECT.values(raw));
  }
}
