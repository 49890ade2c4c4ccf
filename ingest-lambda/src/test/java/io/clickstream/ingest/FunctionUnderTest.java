package io.clickstream.ingest;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.clickstream.ingest.http.Invocation;
import io.clickstream.ingest.http.RequestLog;
import io.clickstream.ingest.store.EventStream;
import io.clickstream.ingest.store.ObjectIds;
import io.clickstream.ingest.store.ObjectStore;
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
import java.util.Optional;
import java.util.TreeMap;

/** The function with a store in memory and a fixed clock, called with the gateway's JSON. */
public final class FunctionUnderTest {

  public static final Instant NOW = Instant.parse("2026-11-22T13:05:06.123456789Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes unpaired surrogates as escapes, so that they reach the function. */
  private static final ObjectWriter ESCAPING =
      JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private static final Map<String, String> REQUIRED =
      Map.of("RAW_BUCKET_NAME", "bucket", "AWS_REGION", "ap-southeast-1");

  private final StoredObjects stored;
  private final List<String> lines = new ArrayList<>();
  private final IngestFunction function;
  private final Optional<EventStream> stream;

  /**
   * The function's response.
   *
   * @param headers sorted by name
   */
  public record Reply(int status, Map<String, String> headers, String body) {

    public JsonNode json() {
      return parsed(body);
    }
  }

  /** Creates a function with the required settings only. */
  public FunctionUnderTest() {
    this(Map.of());
  }

  /**
   * Creates a function with further settings.
   *
   * @param environment variables that replace or follow the required ones; an empty value unsets
   *     one
   */
  public FunctionUnderTest(Map<String, String> environment) {
    this(environment, Optional.empty());
  }

  /** Creates a function with further settings and a stream in front of its store. */
  public FunctionUnderTest(Map<String, String> environment, EventStream stream) {
    this(environment, Optional.of(stream));
  }

  private FunctionUnderTest(Map<String, String> environment, Optional<EventStream> stream) {
    this.stored = new StoredObjects();
    this.stream = stream;
    Map<String, String> whole = new HashMap<>(REQUIRED);
    whole.putAll(environment);
    function = function(whole, stored);
  }

  /** Returns another process of the function, with the same store. */
  public FunctionUnderTest anotherProcess(Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(REQUIRED);
    whole.putAll(environment);
    return new FunctionUnderTest(whole, stored);
  }

  private FunctionUnderTest(Map<String, String> environment, StoredObjects stored) {
    this.stored = stored;
    this.stream = Optional.empty();
    function = function(environment, stored);
  }

  /** Creates a function with another store. */
  public FunctionUnderTest(ObjectStore store) {
    this.stored = new StoredObjects();
    this.stream = Optional.empty();
    function = function(REQUIRED, store);
  }

  private IngestFunction function(Map<String, String> environment, ObjectStore store) {
    RequestLog log = new RequestLog(lines::add);
    return Settings.read(environment, log)
        .map(
            settings ->
                IngestFunction.configured(
                    settings,
                    new IngestEvents(
                        settings,
                        store,
                        stream,
                        settings.rateLimit(),
                        () -> NOW,
                        new ObjectIds(),
                        now -> settings.authenticator()),
                    log))
        .orElseGet(() -> IngestFunction.notConfigured(log));
  }

  public Reply post(String body) {
    return call(Requests.posting(body));
  }

  public Reply call(JsonNode event) {
    try {
      return call(ESCAPING.writeValueAsBytes(event));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Reply call(byte[] event) {
    return call(event, Duration.ofSeconds(10));
  }

  /** Calls the function when a given time of its invocation remains. */
  public Reply call(JsonNode event, Duration remaining) {
    try {
      return call(ESCAPING.writeValueAsBytes(event), remaining);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reply call(byte[] event, Duration remaining) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      function
          .respond(
              new ByteArrayInputStream(event),
              new Invocation("clickstream-lambda-ingest", "lambda-1", remaining))
          .writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode response = parsed(out.toString(StandardCharsets.UTF_8));
    Map<String, String> headers = new TreeMap<>();
    response
        .get("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return new Reply(response.get("statusCode").asInt(), headers, response.get("body").asText());
  }

  public StoredObjects stored() {
    return stored;
  }

  /** Returns all log lines. */
  public List<String> lines() {
    return lines;
  }

  /** Returns the last log line. */
  public JsonNode logged() {
    return parsed(lines.get(lines.size() - 1));
  }

  public static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
