package io.clickstream.ingest.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event with which Lambda gives records of a shard to a function, and the answer to it. */
public final class KinesisBatch {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MILLI_DIGITS = 3;

  private KinesisBatch() {}

  /**
   * Reads the records of an event, in the order of their sequence numbers.
   *
   * @throws IOException if it is not an event of Kinesis; the message holds no part of it
   */
  public static List<ShardRecord> read(InputStream event) throws IOException {
    List<ShardRecord> records = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(event)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notABatch();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isRecords = parser.currentName().equals("Records");
        if (parser.nextToken() == JsonToken.START_ARRAY && isRecords) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            records.add(shardRecord(parser));
          }
        } else {
          parser.skipChildren();
        }
      }
    }
    return records;
  }

  private static ShardRecord shardRecord(JsonParser parser) throws IOException {
    Fields fields = new Fields();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("eventID") && value == JsonToken.VALUE_STRING) {
        // The id of the shard, a colon, and the sequence number.
        String id = parser.getText();
        fields.shard = id.substring(0, Math.max(0, id.indexOf(':')));
      } else if (name.equals("kinesis") && value == JsonToken.START_OBJECT) {
        fields.read(parser);
      } else {
        parser.skipChildren();
      }
    }
    return fields.toRecord();
  }

  /** The fields of a record, in whatever order they come. */
  private static final class Fields {

    private String shard = "";
    private String sequenceNumber = "";
    private Instant arrival;
    private byte[] data;

    void read(JsonParser parser) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "sequenceNumber" -> sequenceNumber = parser.getText();
          case "data" -> data = parser.getBinaryValue();
          case "approximateArrivalTimestamp" -> arrival = instant(parser.getDecimalValue());
          default -> parser.skipChildren();
        }
      }
    }

    /** Converts seconds since 1970 with decimal places. */
    private static Instant instant(BigDecimal seconds) {
      return Instant.ofEpochMilli(seconds.movePointRight(MILLI_DIGITS).longValue());
    }

    ShardRecord toRecord() throws IOException {
      if (shard.isEmpty() || sequenceNumber.isEmpty() || arrival == null || data == null) {
        throw notABatch();
      }
      return new ShardRecord(shard, sequenceNumber, arrival, data);
    }
  }

  private static IOException notABatch() {
    return new IOException(
        "Cannot read the event: it is no batch of Kinesis. Call the function by its event source"
            + " mapping only.");
  }

  /**
   * Writes the answer of Lambda's partial batch responses.
   *
   * @param retryFrom the sequence number of the first record that Lambda shall give again, with all
   *     later ones of the batch; empty if none
   */
  public static void answer(Optional<String> retryFrom, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("batchItemFailures");
      if (retryFrom.isPresent()) {
        json.writeStartObject();
        json.writeStringField("itemIdentifier", retryFrom.get());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
