package io.clickstream.ingest;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The handler with a store in memory and a fixed clock, called as the runtime calls it. */
final class FunctionUnderTest {

  static final Instant NOW = Instant.parse("2026-11-22T13:05:06.123456789Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Lone surrogates too reach the function as they are. */
  private static final ObjectWriter ESCAPING =
      JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private static final Map<String, String> LEAST =
      Map.of("RAW_BUCKET_NAME", "bucket", "AWS_REGION", "ap-southeast-1");

  private final StoredObjects stored = new StoredObjects();
  private final List<String> lines = new ArrayList<>();
  private final IngestHandler handler;

  /** What the function answered; headers in the order of their names. */
  record Reply(int status, Map<String, String> headers, String body) {

    JsonNode json() {
      return parsed(body);
    }
  }

  FunctionUnderTest() {
    this(Map.of());
  }

  /**
   * @param environment beside bucket and region; an empty value unsets one
   */
  FunctionUnderTest(Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(LEAST);
    whole.putAll(environment);
    handler = new IngestHandler(whole, stored, () -> NOW, UUID::randomUUID, lines::add);
  }

  /** With another store. */
  FunctionUnderTest(ObjectStore store) {
    handler = new IngestHandler(LEAST, store, () -> NOW, UUID::randomUUID, lines::add);
  }

  Reply post(String body) {
    return call(Requests.posting(body));
  }

  Reply call(JsonNode event) {
    try {
      return call(ESCAPING.writeValueAsBytes(event));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply call(byte[] event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      handler
          .answer(
              new ByteArrayInputStream(event),
              new Invocation("clickstream-lambda-ingest", "lambda-1", Duration.ofSeconds(10)))
          .writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode answer = parsed(out.toString(StandardCharsets.UTF_8));
    Map<String, String> headers = new TreeMap<>();
    answer
        .get("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return new Reply(answer.get("statusCode").asInt(), headers, answer.get("body").asText());
  }

  StoredObjects stored() {
    return stored;
  }

  /** What was logged. */
  List<String> lines() {
    return lines;
  }

  /** The last line that was logged. */
  JsonNode logged() {
    return parsed(lines.get(lines.size() - 1));
  }

  static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }
}
