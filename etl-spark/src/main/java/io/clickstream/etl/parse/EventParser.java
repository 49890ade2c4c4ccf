package io.clickstream.etl.parse;

import io.clickstream.event.EventNames;
import io.clickstream.event.Limits;

/**
 * Parses one record into one event.
 *
 * <ol>
 *   <li>{@link RecordReader} reads the bytes as strict JSON, or rejects the record.
 *   <li>{@link FieldMap} copies fields of the payload to columns, each by its {@link ValueRule}.
 *   <li>The other columns are computed from those and from the payload, block by block.
 * </ol>
 *
 * <p>Pure: the same bytes under the same key always give the same row. An unusable value becomes
 * NULL and is named in {@code coerced_fields}; the event is kept. Keeps buffers between records;
 * not thread-safe.
 */
final class EventParser {

  private static final String PACK_SUFFIX = ".parquet";

  private static final Field[] FIELDS = FieldMap.COLUMNS.toArray(Field[]::new);

  /** The place of each field's column in the row. */
  private static final int[] POSITIONS =
      FieldMap.COLUMNS.stream().mapToInt(field -> EventRow.position(field.column())).toArray();

  private final ParseRules rules;
  private final RecordReader reader = new RecordReader();
  private final TimeColumns timeColumns = new TimeColumns();
  private final DeviceColumns deviceColumns = new DeviceColumns();
  private final RawKeyColumns rawKeyColumns = new RawKeyColumns();
  private final DictionaryIds dictionaryIds = new DictionaryIds();

  EventParser(ParseRules rules) {
    this.rules = rules;
  }

  /**
   * Parses a record.
   *
   * @param recordKey path below the raw root, with {@code #line} for a line of a batch object
   * @param lastModifiedMicros the object's last modification, the last resort for the event's time
   * @param body the record's bytes; only the first ones if the record is too large
   * @param length the record's full length in bytes
   * @return the values of {@code STAGED_EVENT}
   */
  Object[] parse(String recordKey, long lastModifiedMicros, byte[] body, long length)
      throws RejectedRecordException {
    requireEvent(recordKey);
    Payload payload = new Payload(reader.read(body, length), rules);
    EventRow row = new EventRow();
    for (int i = 0; i < FIELDS.length; i++) {
      row.set(POSITIONS[i], FIELDS[i].read(payload));
    }
    requireName(row);
    if (row.isNull("is_signed")) {
      row.set("is_signed", false);
    }
    timeColumns.fill(row, payload, recordKey, lastModifiedMicros);
    IdentityColumns.fill(row, payload, recordKey);
    rawKeyColumns.fill(row, recordKey);
    PageColumns.fill(row);
    deviceColumns.fill(row);
    OrderLines.fill(row, payload);
    JsonColumns.fill(row, payload);
    dictionaryIds.fill(row);
    row.set("coerced_fields", payload.unusableFields());
    return row.values();
  }

  /** The source gives a whole file as a record only if it is named like a pack and is not one. */
  private static void requireEvent(String recordKey) throws RejectedRecordException {
    if (recordKey.endsWith(PACK_SUFFIX)) {
      throw new RejectedRecordException(
          Rejection.NOT_A_PACK, "the file is not a Parquet file of objects of its hour");
    }
  }

  private static void requireName(EventRow row) throws RejectedRecordException {
    String eventName = row.text("event_name");
    if (eventName != null && EventNames.isTooLong(eventName)) {
      throw new RejectedRecordException(
          Rejection.EVENT_NAME_TOO_LONG,
          "the event name has more than " + Limits.EVENT_NAME_BYTES + " bytes");
    }
  }
}
