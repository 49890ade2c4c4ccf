package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.clickstream.event.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestHandlerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T13:05:06.123456789Z");

  private static final String RECEPTION =
      "\"_ingest\":{\"receivedAt\":\"2026-11-22T13:05:06.123456Z\",\"sourceIp\":\"203.0.113.1\","
          + "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML,"
          + " like Gecko) Chrome/142.0.0.0 Safari/537.36\",\"method\":\"POST\","
          + "\"path\":\"/clickstream\",\"requestId\":\"JKJaXmPLvHcESHA=\",\"apiId\":\"abc123\","
          + "\"stage\":\"$default\",\"traceId\":\"Root=1-67891233-abcdef012345678912345678\"}";

  private final StoredObjects stored = new StoredObjects();
  private final LoggedLines logged = new LoggedLines();
  private final IngestHandler handler = new IngestHandler(Optional.of(stored), () -> NOW);

  @Test
  void storesTheBodyAsSentPlusTheReception() {
    APIGatewayV2HTTPEvent event = Requests.recorded("plain");

    APIGatewayV2HTTPResponse answer = handler.handleRequest(event, logged);

    assertThat(answer.getStatusCode()).isEqualTo(200);
    assertThat(answer.getBody()).isEqualTo("{\"success\":true}");
    assertThat(answer.getHeaders()).containsEntry("content-type", "application/json");
    assertThat(stored.only()).isEqualTo(withReception(event.getBody()));
    assertThat(logged.lines()).isEmpty();
  }

  @Test
  void keyIsUnderTheUtcHourOfReception() {
    handler.handleRequest(Requests.recorded("plain"), logged);
    handler.handleRequest(Requests.recorded("plain"), logged);

    assertThat(stored.all().keySet())
        .hasSize(2)
        .allSatisfy(
            key ->
                assertThat(key)
                    .matches(
                        "events/2026/11/22/13/event-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "cookies", "unicode", "lone-surrogate-escapes"})
  void storesRecordedRequests(String name) {
    APIGatewayV2HTTPEvent event = Requests.recorded(name);

    assertThat(handler.handleRequest(event, logged).getStatusCode()).isEqualTo(200);
    assertThat(stored.only()).isEqualTo(withReception(event.getBody()));
  }

  @Test
  void decodesBase64() {
    APIGatewayV2HTTPEvent event = Requests.recorded("base64");
    String body = new String(Base64.getDecoder().decode(event.getBody()), StandardCharsets.UTF_8);

    assertThat(handler.handleRequest(event, logged).getStatusCode()).isEqualTo(200);
    assertThat(stored.only()).isEqualTo(withReception(body)).contains("💻👩‍💻");
  }

  @Test
  void storesTheConsoleTestOfTheReference() {
    handler.handleRequest(Requests.recorded("console-test"), logged);

    assertThat(stored.only())
        .contains("\"price\":1200,\"discountPrice\":999}")
        .contains("\"requestId\":\"test-request-id\",\"apiId\":\"abc123\"");
  }

  @Test
  void aNamedStageLeadsThePath() {
    assertThat(handler.handleRequest(Requests.recorded("named-stage"), logged).getStatusCode())
        .isEqualTo(200);
    assertThat(stored.only()).contains("\"path\":\"/prod/clickstream\"").contains("\"prod\"");
  }

  @Test
  void missingMetadataIsNull() {
    APIGatewayV2HTTPEvent event = Requests.posting("{\"a\":1}");
    event.setHeaders(null);
    event.getRequestContext().setApiId(null);
    event.getRequestContext().getHttp().setUserAgent(null);
    event.getRequestContext().getHttp().setSourceIp(null);

    handler.handleRequest(event, logged);

    assertThat(stored.only())
        .contains("\"sourceIp\":null,\"userAgent\":null")
        .contains("\"apiId\":null")
        .contains("\"traceId\":null");
  }

  static Stream<Arguments> bodiesWithTheirMembers() {
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
  @MethodSource("bodiesWithTheirMembers")
  void keepsTheTextAndRemovesEveryIngest(String body, String members) {
    assertThat(handler.handleRequest(Requests.posting(body), logged).getStatusCode())
        .isEqualTo(200);
    assertThat(stored.only()).isEqualTo("{" + members + "," + RECEPTION + "}");
  }

  static Stream<Arguments> refusedBodies() {
    return Stream.of(
        Arguments.of(null, 400, "empty_body"),
        Arguments.of("", 400, "empty_body"),
        Arguments.of(" \n ", 400, "empty_body"),
        Arguments.of("\uFEFF", 400, "empty_body"),
        Arguments.of("{}", 400, "empty_object"),
        Arguments.of(
            "{\"_ingest\":{\"receivedAt\":\"2020-01-01T00:00:00Z\"}}", 400, "empty_object"),
        Arguments.of("[]", 400, "not_an_object"),
        Arguments.of("[{\"eventName\":\"click\"}]", 400, "not_an_object"),
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
  @MethodSource("refusedBodies")
  void refusesAndStoresNothing(String body, int status, String error) {
    assertRefused(Requests.posting(body), status, error);
  }

  @ParameterizedTest
  @MethodSource("refusedBodies")
  void refusesTheSameInBase64(String body, int status, String error) {
    if (body == null || error.equals("invalid_encoding")) {
      return;
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    assertRefused(Requests.postingBase64(Base64.getEncoder().encodeToString(bytes)), status, error);
  }

  @Test
  void refusesWhatIsNoBase64OrNoUtf8() {
    assertRefused(Requests.postingBase64("{\"a\":1}"), 400, "invalid_base64");
    byte[] latin = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(
        Requests.postingBase64(Base64.getEncoder().encodeToString(latin)), 400, "invalid_encoding");
    byte[] utf16 = "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE);
    assertRefused(
        Requests.postingBase64(Base64.getEncoder().encodeToString(utf16)), 400, "invalid_json");
  }

  @Test
  void acceptsTheGreatestSizeAndDepth() {
    assertThat(
            handler
                .handleRequest(Requests.posting(ofBytes(Limits.BODY_BYTES)), logged)
                .getStatusCode())
        .isEqualTo(200);
    assertThat(
            handler
                .handleRequest(Requests.posting(nested(Limits.JSON_DEPTH)), logged)
                .getStatusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesOtherRoutesAndMethods() {
    APIGatewayV2HTTPEvent elsewhere = Requests.recorded("plain");
    elsewhere.getRequestContext().getHttp().setPath("/clickstream/");
    assertRefused(elsewhere, 404, "not_found");

    APIGatewayV2HTTPEvent reading = Requests.recorded("plain");
    reading.getRequestContext().getHttp().setMethod("GET");
    assertRefused(reading, 405, "method_not_allowed");
    assertThat(handler.handleRequest(reading, logged).getHeaders()).containsEntry("allow", "POST");

    assertRefused(new APIGatewayV2HTTPEvent(), 404, "not_found");
  }

  @Test
  void withoutABucketAnswers500() {
    IngestHandler unconfigured = new IngestHandler(Optional.empty(), () -> NOW);

    APIGatewayV2HTTPResponse answer =
        unconfigured.handleRequest(Requests.recorded("plain"), logged);

    assertThat(answer.getStatusCode()).isEqualTo(500);
    assertThat(answer.getBody()).contains("\"error\":\"not_configured\"");
  }

  @Test
  void aFailingStoreAnswers503AndLogsNoPayload() {
    stored.fail();

    assertRefused(Requests.recorded("plain"), 503, "storage_unavailable");
    assertThat(logged.lines())
        .singleElement()
        .asString()
        .contains("storage_unavailable")
        .contains("S3 answered 503 SlowDown")
        .doesNotContain("sku-1");
  }

  @Test
  void anUnforeseenFaultAnswers500WithoutATrace() {
    ObjectStore broken =
        (key, body) -> {
          throw new IllegalStateException("secret " + new String(body, StandardCharsets.UTF_8));
        };
    IngestHandler faulty = new IngestHandler(Optional.of(broken), () -> NOW);

    APIGatewayV2HTTPResponse answer = faulty.handleRequest(Requests.recorded("plain"), logged);

    assertThat(answer.getStatusCode()).isEqualTo(500);
    assertThat(answer.getBody()).contains("\"error\":\"internal\"").doesNotContain("secret");
    assertThat(logged.lines()).singleElement().asString().doesNotContain("secret");
  }

  private void assertRefused(APIGatewayV2HTTPEvent event, int status, String error) {
    APIGatewayV2HTTPResponse answer = handler.handleRequest(event, logged);

    assertThat(answer.getStatusCode()).isEqualTo(status);
    assertThat(answer.getBody())
        .startsWith("{\"success\":false,\"error\":\"" + error + "\",\"message\":\"");
    assertThat(stored.all()).isEmpty();
  }

  private static String withReception(String body) {
    return body.substring(0, body.length() - 1) + "," + RECEPTION + "}";
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
