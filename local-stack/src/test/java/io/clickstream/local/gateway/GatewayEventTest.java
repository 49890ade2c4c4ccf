package io.clickstream.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayEventTest {

  private static final String TRACE = "Root=1-67891233-abcdef012345678912345678";

  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private String query = "";

  @Test
  void writesTheFieldsOfPayloadFormatTwo() throws IOException {
    headers.put("User-agent", List.of("Mozilla/5.0"));
    headers.put("Content-type", List.of("application/json"));

    JsonNode event = json("{\"a\":1}".getBytes(StandardCharsets.UTF_8));

    assertThat(event.get("version").asText()).isEqualTo("2.0");
    assertThat(event.get("routeKey").asText()).isEqualTo("POST /clickstream");
    assertThat(event.get("rawPath").asText()).isEqualTo("/clickstream");
    assertThat(event.get("rawQueryString").asText()).isEmpty();
    assertThat(event.has("cookies")).isFalse();
    assertThat(event.has("queryStringParameters")).isFalse();
    JsonNode context = event.get("requestContext");
    assertThat(context.get("stage").asText()).isEqualTo("$default");
    assertThat(context.get("requestId").asText()).isEqualTo("JKJaXmPLvHcESHA=");
    assertThat(context.get("time").asText()).isEqualTo("22/Nov/2026:13:05:06 +0000");
    assertThat(context.get("timeEpoch").asLong())
        .isEqualTo(Instant.parse("2026-11-22T13:05:06.123Z").toEpochMilli());
    JsonNode http = context.get("http");
    assertThat(http.get("method").asText()).isEqualTo("POST");
    assertThat(http.get("path").asText()).isEqualTo("/clickstream");
    assertThat(http.get("protocol").asText()).isEqualTo("HTTP/1.1");
    assertThat(http.get("sourceIp").asText()).isEqualTo("203.0.113.1");
    assertThat(http.get("userAgent").asText()).isEqualTo("Mozilla/5.0");
  }

  @Test
  void joinsHeadersInLowerCaseAndListsCookiesSeparately() throws IOException {
    headers.put("X-Multi", List.of("one", "two"));
    headers.put("x-multi", List.of("three"));
    headers.put("Cookie", List.of("_ga=GA1.1; cart=2"));
    headers.put("X-Forwarded-For", List.of("198.51.100.7"));

    JsonNode event = json(new byte[0]);

    assertThat(event.get("headers").get("x-multi").asText()).isEqualTo("one,two,three");
    assertThat(event.get("headers").has("cookie")).isFalse();
    assertThat(event.get("headers").get("x-forwarded-for").asText())
        .isEqualTo("198.51.100.7, 203.0.113.1");
    assertThat(event.get("headers").get("x-amzn-trace-id").asText()).isEqualTo(TRACE);
    assertThat(event.get("cookies")).hasSize(2);
    assertThat(event.get("cookies").get(1).asText()).isEqualTo("cart=2");
  }

  @Test
  void joinsRepeatedQueryParameters() throws IOException {
    query = "v=1&tag=a%20b&tag=c&flag&bad=%zz";

    JsonNode event = json(new byte[0]);

    assertThat(event.get("rawQueryString").asText()).isEqualTo(query);
    JsonNode parameters = event.get("queryStringParameters");
    assertThat(parameters.get("tag").asText()).isEqualTo("a b,c");
    assertThat(parameters.get("flag").asText()).isEmpty();
    assertThat(parameters.get("bad").asText()).isEqualTo("%zz");
  }

  @Test
  void omitsAnEmptyBody() throws IOException {
    JsonNode event = json(new byte[0]);

    assertThat(event.has("body")).isFalse();
    assertThat(event.get("isBase64Encoded").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "TEXT/plain;charset=UTF-8",
        "application/cloudevents+json"
      })
  void keepsTextBodiesAsText(String type) throws IOException {
    headers.put("Content-Type", List.of(type));
    String body = "{\"name\":\"Bàn phím 💻\",\"cut\":\"\\ud83d\",\"n\":1.0}";

    JsonNode event = json(body.getBytes(StandardCharsets.UTF_8));

    assertThat(event.get("isBase64Encoded").asBoolean()).isFalse();
    assertThat(event.get("body").asText()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/octet-stream", "application/x-www-form-urlencoded", ""})
  void encodesOtherBodiesAsBase64(String type) throws IOException {
    headers.put("Content-Type", List.of(type));
    byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    assertBase64(body);
  }

  @Test
  void encodesInvalidUtf8AndCompressedBodiesAsBase64() throws IOException {
    headers.put("Content-Type", List.of("application/json"));
    assertBase64("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));

    headers.put("Content-Encoding", List.of("gzip"));
    assertBase64("{}".getBytes(StandardCharsets.UTF_8));
  }

  private void assertBase64(byte[] body) throws IOException {
    JsonNode event = json(body);
    assertThat(event.get("isBase64Encoded").asBoolean()).isTrue();
    assertThat(Base64.getDecoder().decode(event.get("body").asText())).isEqualTo(body);
  }

  private JsonNode json(byte[] body) throws IOException {
    GatewayEvent event =
        new GatewayEvent(
            "POST",
            "/clickstream",
            query,
            "HTTP/1.1",
            "203.0.113.1",
            headers,
            body,
            "JKJaXmPLvHcESHA=",
            Instant.parse("2026-11-22T13:05:06.123Z"));
    return new ObjectMapper().readTree(event.toJson(TRACE));
  }
}
