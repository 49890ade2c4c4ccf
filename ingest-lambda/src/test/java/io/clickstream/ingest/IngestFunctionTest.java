package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.event.Limits;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.store.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestFunctionTest {

  private static final String METADATA =
      "\"_ingest\":{\"receivedAt\":\"2026-11-22T13:05:06.123000Z\",\"sourceIp\":\"203.0.113.1\","
          + "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML,"
          + " like Gecko) Chrome/142.0.0.0 Safari/537.36\",\"method\":\"POST\","
          + "\"path\":\"/clickstream\",\"requestId\":\"JKJaXmPLvHcESHA=\",\"apiId\":\"abc123\","
          + "\"stage\":\"$default\",\"traceId\":\"Root=1-67891233-abcdef012345678912345678\"}";

  private final FunctionUnderTest function = new FunctionUnderTest();
  private final StoredObjects stored = function.stored();

  @Test
  void storesTheBodyAsSentWithMetadata() {
    ObjectNode event = Requests.recorded("plain");

    Reply reply = function.call(event);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"success\":true}");
    assertThat(reply.headers())
        .containsOnly(
            Map.entry("content-type", "application/json"), Map.entry("cache-control", "no-store"));
    assertThat(stored.only()).isEqualTo(withMetadata(Requests.bodyOf(event)));
  }

  @Test
  void storesUnderTheUtcHourOfReception() {
    function.call(Requests.recorded("plain"));
    function.call(Requests.recorded("plain"));

    assertThat(stored.all().keySet())
        .hasSize(2)
        .allSatisfy(
            key ->
                assertThat(key)
                    .matches(
                        "events/2026/11/22/13/event-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "cookies", "unicode", "lone-surrogate-escapes", "text-plain"})
  void storesRecordedRequests(String name) {
    ObjectNode event = Requests.recorded(name);

    assertThat(function.call(event).status()).isEqualTo(200);
    assertThat(stored.only()).isEqualTo(withMetadata(Requests.bodyOf(event)));
  }

  @Test
  void decodesBase64() {
    ObjectNode event = Requests.recorded("base64");
    String body =
        new String(Base64.getDecoder().decode(Requests.bodyOf(event)), StandardCharsets.UTF_8);

    assertThat(function.call(event).status()).isEqualTo(200);
    assertThat(stored.only()).isEqualTo(withMetadata(body)).contains("💻👩‍💻");
  }

  @Test
  void storesTheConsoleTestOfTheReference() {
    function.call(Requests.recorded("console-test"));

    assertThat(stored.only())
        .contains("\"price\":1200,\"discountPrice\":999}")
        .contains("\"requestId\":\"test-request-id\",\"apiId\":\"abc123\"");
  }

  @Test
  void acceptsAPathWithANamedStage() {
    assertThat(function.call(Requests.recorded("named-stage")).status()).isEqualTo(200);
    assertThat(stored.only()).contains("\"path\":\"/prod/clickstream\"").contains("\"prod\"");
  }

  @Test
  void missingMetadataIsNull() {
    ObjectNode event = Requests.posting("{\"a\":1}");
    event.remove("headers");
    ((ObjectNode) event.get("requestContext")).remove("apiId");
    ((ObjectNode) event.at("/requestContext/http")).remove("userAgent");
    ((ObjectNode) event.at("/requestContext/http")).putNull("sourceIp");

    function.call(event);

    assertThat(stored.only())
        .contains("\"sourceIp\":null,\"userAgent\":null")
        .contains("\"apiId\":null")
        .contains("\"traceId\":null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "5",
        "{\"headers\":5,\"requestContext\":[],\"body\":{\"a\":1}}",
        "{\"requestContext\":{\"http\":\"POST\",\"stage\":{}}}",
        "{\"rawPath\":[\"/clickstream\"]}"
      })
  void aRequestOfAnotherFormIsNotFound(String event) {
    assertThat(function.call(event.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(404);
    assertThat(stored.all()).isEmpty();
  }

  @Test
  void ignoresHeadersThatAreNotText() {
    ObjectNode event = Requests.posting("{\"a\":1}");
    ((ObjectNode) event.get("headers")).putNull("content-type").putArray("origin").add("x");
    ((ObjectNode) event.get("headers")).put("content-length", 7);

    assertThat(function.call(event).status()).isEqualTo(200);
  }

  static Stream<Arguments> bodiesWithTheirFields() {
    return Stream.of(
        Arguments.of(
            "{\"a\":1.0,\"b\":1e400,\"c\":-0,\"a\":2}", "\"a\":1.0,\"b\":1e400,\"c\":-0,\"a\":2"),
        Arguments.of("{\"_ingest\":{\"x\":[1,{}]},\"a\":1}", "\"a\":1"),
        Arguments.of("{\"a\":1,\"_ingest\":null}", "\"a\":1"),
        Arguments.of("{\"a\":1,\"_ingest\":\"x,\\\"}\",\"b\":\"},\"}", "\"a\":1,\"b\":\"},\""),
        Arguments.of("{\"_ingest\":1,\"_ingest\":2,\"a\":1,\"_ingest\":3}", "\"a\":1"),
        Arguments.of("{\"\\u005fingest\":1,\"a\":1,\"_inges\\u0074\":2}", "\"a\":1"),
        Arguments.of("{\"a\":{\"_ingest\":1}}", "\"a\":{\"_ingest\":1}"),
        Arguments.of("\uFEFF{\"a\":\"x\"}", "\"a\":\"x\""),
        Arguments.of(
            " \r\n{ \"a\" : [1 , 2] ,\t\"_ingest\" : {} , \"b\" : true }\n",
            "\"a\" : [1 , 2],\"b\" : true"),
        Arguments.of("{\"a\":\",\" , \"_ingest\":\",\"}", "\"a\":\",\""),
        Arguments.of("{\"💻\":1,\"_ingest\":2,\"é\":12}", "\"💻\":1,\"é\":12"),
        Arguments.of("{\"\":0}", "\"\":0"));
  }

  @ParameterizedTest
  @MethodSource("bodiesWithTheirFields")
  void keepsTheTextAndRemovesEachIngestField(String body, String fields) {
    assertThat(function.post(body).status()).isEqualTo(200);
    assertThat(stored.only()).isEqualTo("{" + fields + "," + METADATA + "}");
  }

  static Stream<Arguments> rejectedBodies() {
    return Stream.of(
        Arguments.of(null, 400, "empty_body"),
        Arguments.of("", 400, "empty_body"),
        Arguments.of(" \n ", 400, "empty_body"),
        Arguments.of("\uFEFF", 400, "empty_body"),
        Arguments.of("{}", 400, "empty_object"),
        Arguments.of(
            "{\"_ingest\":{\"receivedAt\":\"2020-01-01T00:00:00Z\"}}", 400, "empty_object"),
        Arguments.of("{\"eventName\":\"" + "€".repeat(43) + "\"}", 400, "event_name_too_long"),
        Arguments.of("{\"event_name\":\"" + "x".repeat(129) + "\"}", 400, "event_name_too_long"),
        Arguments.of(
            "{\"eventName\":{},\"event_name\":\"" + "x".repeat(129) + "\"}",
            400,
            "event_name_too_long"),
        Arguments.of("[]", 400, "empty_array"),
        Arguments.of("[{\"eventName\":\"click\"}]", 400, "missing_event_id"),
        Arguments.of("[1]", 400, "not_an_object"),
        Arguments.of("[", 400, "invalid_json"),
        Arguments.of("[{\"eventId\":\"a\"},]", 400, "invalid_json"),
        Arguments.of("[{\"eventId\":\"a\"}] 1", 400, "invalid_json"),
        Arguments.of("1", 400, "not_an_object"),
        Arguments.of("null", 400, "not_an_object"),
        Arguments.of("\"text\"", 400, "not_an_object"),
        Arguments.of("{\"a\":1", 400, "invalid_json"),
        Arguments.of("{\"a\":1,}", 400, "invalid_json"),
        Arguments.of("{'a':1}", 400, "invalid_json"),
        Arguments.of("{a:1}", 400, "invalid_json"),
        Arguments.of("{\"a\":01}", 400, "invalid_json"),
        Arguments.of("{\"a\":NaN}", 400, "invalid_json"),
        Arguments.of("{\"a\":+1}", 400, "invalid_json"),
        Arguments.of("{\"a\":.5}", 400, "invalid_json"),
        Arguments.of("{\"a\":1.}", 400, "invalid_json"),
        Arguments.of("{\"a\":\"\u0000\"}", 400, "invalid_json"),
        Arguments.of("{\"a\":1}{\"b\":2}", 400, "invalid_json"),
        Arguments.of("{\"a\":1} x", 400, "invalid_json"),
        Arguments.of("{\"a\":1}\u0000", 400, "invalid_json"),
        Arguments.of("\uFEFF\uFEFF{\"a\":1}", 400, "invalid_json"),
        Arguments.of("{\"a\":/*x*/1}", 400, "invalid_json"),
        Arguments.of("{\"a\":\"\\x\"}", 400, "invalid_json"),
        Arguments.of("{\"a\":\"\uD83D\"}", 400, "invalid_encoding"),
        Arguments.of(nested(Limits.JSON_DEPTH + 1), 400, "json_too_complex"),
        Arguments.of(nested(10_000), 400, "json_too_complex"),
        Arguments.of(ofBytes(Limits.BODY_BYTES + 1), 413, "body_too_large"));
  }

  @ParameterizedTest
  @MethodSource("rejectedBodies")
  void rejectsAndStoresNothing(String body, int status, String error) {
    assertRejected(Requests.posting(body), status, error);
  }

  @ParameterizedTest
  @MethodSource("rejectedBodies")
  void rejectsTheSameBodiesInBase64(String body, int status, String error) {
    if (body == null || error.equals("invalid_encoding")) {
      return;
    }
    assertRejected(Requests.postingBase64Of(body), status, error);
  }

  @Test
  void rejectsInvalidBase64AndInvalidUtf8() {
    assertRejected(Requests.postingBase64("{\"a\":1}"), 400, "invalid_base64");
    byte[] latin = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertRejected(
        Requests.postingBase64(Base64.getEncoder().encodeToString(latin)), 400, "invalid_encoding");
    byte[] utf16 = "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE);
    assertRejected(
        Requests.postingBase64(Base64.getEncoder().encodeToString(utf16)), 400, "invalid_json");
  }

  @Test
  void acceptsTheGreatestSizeAndDepth() {
    assertThat(function.post(ofBytes(Limits.BODY_BYTES)).status()).isEqualTo(200);
    assertThat(function.call(Requests.postingBase64Of(ofBytes(Limits.BODY_BYTES))).status())
        .isEqualTo(200);
    assertThat(function.post(nested(Limits.JSON_DEPTH)).status()).isEqualTo(200);
  }

  @Test
  void rejectsOtherRoutesAndMethods() {
    for (String path : new String[] {"/clickstream/", "/", "/clickstreams", "/Clickstream", ""}) {
      assertRejected(Requests.withHttp(Requests.recorded("plain"), "path", path), 404, "not_found");
    }
    for (String method : new String[] {"GET", "PUT", "DELETE", "HEAD", "post"}) {
      ObjectNode event = Requests.withHttp(Requests.recorded("plain"), "method", method);
      assertRejected(event, 405, "method_not_allowed");
      assertThat(function.call(event).headers()).containsEntry("allow", "POST, OPTIONS");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "Application/JSON ; charset=UTF-8",
        "text/plain;charset=UTF-8",
        "application/cloudevents+json",
        "application/octet-stream",
        "application/json,application/json",
        ""
      })
  void acceptsEachJsonContentType(String type) {
    ObjectNode event = Requests.posting("{\"a\":1}");
    assertThat(function.call(Requests.withHeader(event, "content-type", type)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=json",
        "image/png",
        "json",
        "text/html,application/json"
      })
  void rejectsOtherContentTypes(String type) {
    ObjectNode event = Requests.posting("{\"a\":1}");
    assertRejected(Requests.withHeader(event, "content-type", type), 415, "unsupported_media_type");
  }

  @Test
  void rejectsCompressedBodies() {
    ObjectNode event = Requests.postingBase64("H4sIAAAAAAAA");
    assertRejected(
        Requests.withHeader(event, "content-encoding", "gzip"), 415, "unsupported_encoding");
    assertThat(
            function
                .call(
                    Requests.withHeader(
                        Requests.posting("{\"a\":1}"), "content-encoding", "identity"))
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "RAW_BUCKET_NAME||Cannot use RAW_BUCKET_NAME: it is not set. Set it",
        "RAW_BUCKET_NAME|Bucket_1|Cannot use RAW_BUCKET_NAME: 'Bucket_1' is not a bucket name.",
        "AWS_REGION||Cannot use AWS_REGION: it is not set. Set it",
        "AWS_ENDPOINT_URL_S3|localhost:9000|Cannot use AWS_ENDPOINT_URL_S3: it is not an HTTP address.",
        "ALLOWED_ORIGINS|shop.example|Cannot use ALLOWED_ORIGINS: 'shop.example' is not an origin.",
        "BATCH_OBJECTS|yes|Cannot use BATCH_OBJECTS: 'yes' is neither true nor false.",
        "SAMPLE_RATE|0|Cannot use SAMPLE_RATE: 0.0 is not a share of visitors.",
        "SAMPLE_RATE|NaN|Cannot use SAMPLE_RATE: NaN is not a share of visitors.",
        "SAMPLE_RATE|half|Cannot use SAMPLE_RATE: 'half' is not a number.",
        "MAX_EVENTS_PER_SECOND|-1|Cannot use MAX_EVENTS_PER_SECOND: '-1' is not a number greater than 0."
      })
  void aWrongEnvironmentIsLoggedOnceAndEachRequestIsAnswered500(
      String variable, String value, String problem) {
    FunctionUnderTest unconfigured =
        new FunctionUnderTest(Map.of(variable, value == null ? "" : value));

    for (int i = 0; i < 3; i++) {
      Reply reply = unconfigured.call(Requests.recorded("plain"));
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.json().get("error").asText()).isEqualTo("not_configured");
      assertThat(reply.body()).doesNotContain(variable);
    }
    assertThat(unconfigured.lines()).filteredOn(line -> line.contains(problem)).hasSize(1);
    assertThat(unconfigured.stored().all()).isEmpty();
  }

  @Test
  void aFailingStoreIsAnswered503WithRetryAfter() {
    stored.failOn("");

    assertRejected(Requests.recorded("plain"), 503, "storage_unavailable");
    assertThat(function.call(Requests.recorded("plain")).headers())
        .containsEntry("retry-after", "1");
    assertThat(function.logged().get("detail").asText())
        .isEqualTo("Cannot store the object: S3 answered 503 SlowDown.");
  }

  @Test
  void anUnexpectedExceptionIsAnswered500AndItsMessageIsNotLogged() {
    FunctionUnderTest faulty =
        new FunctionUnderTest(
            (object, deadline) -> {
              throw new IllegalStateException(
                  "secret " + new String(object.body(), StandardCharsets.UTF_8));
            });

    for (String body : new String[] {"{\"a\":1}", "[{\"eventId\":1},{\"eventId\":2}]"}) {
      Reply reply = faulty.post(body);

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).contains("\"error\":\"internal\"").doesNotContain("secret");
      JsonNode logged = faulty.logged();
      assertThat(logged.get("detail").asText()).startsWith("java.lang.IllegalStateException at ");
      assertThat(logged.toString()).doesNotContain("secret");
    }
  }

  /** A quarter of the remaining time is kept for the response, at most a second. */
  @ParameterizedTest
  @CsvSource({"400, 300", "3996, 2997", "4000, 3000", "4004, 3004", "9000, 8000", "9001, 8000"})
  void theStoreHasPartOfTheTimeOfAnInvocation(long remaining, long forTheStore) {
    List<Deadline> deadlines = new ArrayList<>();
    FunctionUnderTest recording =
        new FunctionUnderTest((object, deadline) -> deadlines.add(deadline));

    long before = System.nanoTime();
    recording.call(Requests.posting("{\"a\":1}"), Duration.ofMillis(remaining));
    long after = System.nanoTime();

    long time = Duration.ofMillis(forTheStore).toNanos();
    assertThat(deadlines).hasSize(1);
    assertThat(deadlines.get(0).nanos() - time).isBetween(before, after);
  }

  private void assertRejected(ObjectNode event, int status, String error) {
    Reply reply = function.call(event);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body())
        .startsWith("{\"success\":false,\"error\":\"" + error + "\",\"message\":\"");
    assertThat(reply.json().get("message").asText()).endsWith(".");
    assertThat(stored.all()).isEmpty();
  }

  private static String withMetadata(String body) {
    return body.substring(0, body.length() - 1) + "," + METADATA + "}";
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{\"b\":1}" + "}".repeat(depth - 1);
  }

  private static String ofBytes(int bytes) {
    String frame = "{\"a\":\"é\"}";
    int frameBytes = frame.getBytes(StandardCharsets.UTF_8).length;
    return frame.replace("é", "é" + "x".repeat(bytes - frameBytes));
  }
}
