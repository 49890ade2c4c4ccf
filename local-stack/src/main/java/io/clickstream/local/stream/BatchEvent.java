package io.clickstream.local.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event with which Lambda gives a batch of a shard to a function, and the answer. */
final class BatchEvent {

  private static final int MILLI_DIGITS = 3;
  private static final JsonFactory JSON = new JsonFactory();

  private BatchEvent() {}

  static byte[] of(String stream, String shard, List<ReadRecord> records) throws IOException {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(event)) {
      json.writeStartObject();
      json.writeArrayFieldStart("Records");
      for (ReadRecord item : records) {
        json.writeStartObject();
        json.writeObjectFieldStart("kinesis");
        json.writeStringField("kinesisSchemaVersion", "1.0");
        json.writeStringField("partitionKey", item.partitionKey());
        json.writeStringField("sequenceNumber", item.sequenceNumber());
        json.writeStringField("data", item.data());
        json.writeNumberField(
            "approximateArrivalTimestamp",
            BigDecimal.valueOf(item.arrival().toEpochMilli(), MILLI_DIGITS));
        json.writeEndObject();
        json.writeStringField("eventSource", "aws:kinesis");
        json.writeStringField("eventVersion", "1.0");
        json.writeStringField("eventID", shard + ":" + item.sequenceNumber());
        json.writeStringField("eventName", "aws:kinesis:record");
        json.writeStringField("awsRegion", "us-east-1");
        json.writeStringField(
            "eventSourceARN", "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return event.toByteArray();
  }

  /**
   * Returns the index of the first record that the function did not process; empty if it processed
   * all.
   *
   * @throws IOException if the answer is none, or names another record: then the batch has failed
   */
  static Optional<Integer> firstFailed(byte[] answer, List<ReadRecord> records) throws IOException {
    List<String> failed = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(answer)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("itemIdentifier")) {
          parser.nextToken();
          failed.add(parser.getText());
        }
      }
    }
    List<String> numbers = records.stream().map(ReadRecord::sequenceNumber).toList();
    if (!numbers.containsAll(failed)) {
      throw new IOException("Cannot use an answer: it names a record of another batch.");
    }
    return failed.stream().map(numbers::indexOf).min(Integer::compare);
  }
}
