package io.clickstream.local.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests of a reader to a Kinesis server on loopback, by its JSON protocol. */
public final class KinesisClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int MILLI_DIGITS = 3;
  private static final JsonFactory JSON = new JsonFactory();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI endpoint;
  private final String accessKey;
  private final String stream;

  /**
   * @param accessKey the access key id that the server accepts; it verifies no signature
   * @param stream the stream's name
   */
  public KinesisClient(URI endpoint, String accessKey, String stream) {
    this.endpoint = endpoint;
    this.accessKey = accessKey;
    this.stream = stream;
  }

  /** An answer of the server that is an error. */
  static final class KinesisException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String type;

    KinesisException(String operation, int status, String type) {
      super("Cannot call " + operation + " of Kinesis: status " + status + " " + type + ".");
      this.type = type;
    }

    String type() {
      return type;
    }
  }

  /** Creates the stream if there is none. */
  public void createStream(int shards) throws IOException, InterruptedException {
    try {
      call("CreateStream", Map.of("ShardCount", shards));
    } catch (KinesisException e) {
      if (!e.type().equals("ResourceInUseException")) {
        throw e;
      }
    }
  }

  /** Splits a shard in the middle of its keys. */
  public void splitShard(String shard) throws IOException, InterruptedException {
    for (Map<?, ?> each : shardsAsSent()) {
      if (each.get("ShardId").equals(shard)) {
        Map<?, ?> range = (Map<?, ?>) each.get("HashKeyRange");
        BigDecimal from = new BigDecimal(range.get("StartingHashKey").toString());
        BigDecimal to = new BigDecimal(range.get("EndingHashKey").toString());
        call(
            "SplitShard",
            Map.of(
                "ShardToSplit",
                shard,
                "NewStartingHashKey",
                from.add(to).divideToIntegralValue(BigDecimal.valueOf(2)).toPlainString()));
      }
    }
  }

  /** Returns all shards, also closed ones. */
  List<StreamShard> shards() throws IOException, InterruptedException {
    List<StreamShard> shards = new ArrayList<>();
    for (Map<?, ?> each : shardsAsSent()) {
      List<String> parents = new ArrayList<>();
      for (String name : List.of("ParentShardId", "AdjacentParentShardId")) {
        if (each.get(name) != null) {
          parents.add(each.get(name).toString());
        }
      }
      shards.add(new StreamShard(each.get("ShardId").toString(), List.copyOf(parents)));
    }
    return shards;
  }

  private List<Map<?, ?>> shardsAsSent() throws IOException, InterruptedException {
    List<Map<?, ?>> shards = new ArrayList<>();
    for (Object each : (List<?>) call("ListShards", Map.of()).get("Shards")) {
      shards.add((Map<?, ?>) each);
    }
    return shards;
  }

  /**
   * Returns an iterator.
   *
   * @param after the sequence number after which to read; empty for the oldest record
   */
  String iterator(String shard, Optional<String> after) throws IOException, InterruptedException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("ShardId", shard);
    request.put("ShardIteratorType", after.isPresent() ? "AFTER_SEQUENCE_NUMBER" : "TRIM_HORIZON");
    after.ifPresent(number -> request.put("StartingSequenceNumber", number));
    return call("GetShardIterator", request).get("ShardIterator").toString();
  }

  /**
   * What was read.
   *
   * @param next the next iterator; empty at the end of a closed shard
   */
  record Read(List<ReadRecord> records, Optional<String> next) {}

  Read read(String iterator, int limit) throws IOException, InterruptedException {
    Map<String, Object> answer =
        callWithoutStream("GetRecords", Map.of("ShardIterator", iterator, "Limit", limit));
    List<ReadRecord> records = new ArrayList<>();
    for (Object each : (List<?>) answer.get("Records")) {
      Map<?, ?> item = (Map<?, ?>) each;
      records.add(
          new ReadRecord(
              item.get("SequenceNumber").toString(),
              item.get("PartitionKey").toString(),
              Instant.ofEpochMilli(
                  new BigDecimal(item.get("ApproximateArrivalTimestamp").toString())
                      .movePointRight(MILLI_DIGITS)
                      .longValue()),
              item.get("Data").toString()));
    }
    return new Read(
        records, Optional.ofNullable(answer.get("NextShardIterator")).map(Object::toString));
  }

  private Map<String, Object> call(String operation, Map<String, Object> fields)
      throws IOException, InterruptedException {
    Map<String, Object> request = new LinkedHashMap<>(fields);
    request.put("StreamName", stream);
    return callWithoutStream(operation, request);
  }

  private Map<String, Object> callWithoutStream(String operation, Map<String, Object> fields)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", "Kinesis_20131202." + operation)
            .header("X-Amz-Date", "20260101T000000Z")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential="
                    + accessKey
                    + "/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0")
            .POST(HttpRequest.BodyPublishers.ofString(json(fields)))
            .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    Map<String, Object> answer = response.body().length == 0 ? Map.of() : object(response.body());
    if (response.statusCode() != OK) {
      throw new KinesisException(
          operation, response.statusCode(), String.valueOf(answer.get("__type")));
    }
    return answer;
  }

  private static String json(Map<String, Object> fields) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        if (field.getValue() instanceof Integer number) {
          json.writeNumberField(field.getKey(), number);
        } else {
          json.writeStringField(field.getKey(), field.getValue().toString());
        }
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  private static Map<String, Object> object(byte[] body) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("Cannot read an answer of Kinesis: it is not a JSON object.");
      }
      return object(parser);
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      object.put(name, value(parser, parser.nextToken()));
    }
    return object;
  }

  /** Returns a map, a list, a text (also of a number), or null. */
  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonToken item = parser.nextToken();
            item != JsonToken.END_ARRAY;
            item = parser.nextToken()) {
          list.add(value(parser, item));
        }
        yield list;
      }
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }
}
