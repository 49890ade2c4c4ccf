package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.Requests;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPolicyTest {

  private static final String LIST = "https://shop.example, HTTPS://Admin.Shop.Example:8443/";

  @ParameterizedTest
  @ValueSource(strings = {"https://shop.example", "https://admin.shop.example:8443"})
  void allowsEachOriginOfTheList(String origin) {
    Reply reply = post(LIST, origin);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers())
        .containsEntry("access-control-allow-origin", origin)
        .containsEntry("access-control-expose-headers", "retry-after")
        .containsEntry("vary", "origin")
        .doesNotContainKey("access-control-allow-credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://evil-shop.example",
        "https://shop.example:8443",
        "null",
        "*",
        ""
      })
  void allowsNoOtherOrigin(String origin) {
    Reply reply = post(LIST, origin);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers())
        .doesNotContainKey("access-control-allow-origin")
        .containsEntry("vary", "origin");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:3000, true",
    "http://LOCALHOST:8080, true",
    "http://localhost, true",
    "http://[::1]:5173, true",
    "https://localhost:3000, false",
    "http://127.0.0.1:3000, false",
    "http://localhost.evil.example:3000, false",
    "http://localhost:3000.evil.example, false",
    "http://localhost:*, true",
    "http://localhost:, false",
    "null, false",
  })
  void aStarAsPortAllowsAllPortsOfThisMachine(String origin, boolean allowed) {
    Reply reply = post("http://localhost:*,http://[::1]:*", origin);

    assertThat(reply.headers().containsKey("access-control-allow-origin")).isEqualTo(allowed);
  }

  @Test
  void aStarAsPortIsForThisMachineOnly() {
    assertThatThrownBy(() -> CorsPolicy.parse("https://shop.example:*"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CorsPolicy.parse("http://*.localhost:*"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStarAllowsEachOriginWithoutCredentials() {
    assertThat(post("*", "https://any.example").headers())
        .containsEntry("access-control-allow-origin", "*")
        .doesNotContainKeys("vary", "access-control-allow-credentials");
  }

  @Test
  void anEmptyListAllowsNoOrigin() {
    assertThat(post("", "https://shop.example").headers())
        .doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void aRequestWithoutAnOriginGetsNoCorsHeader() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("ALLOWED_ORIGINS", "*"));

    assertThat(function.call(Requests.recorded("plain")).headers())
        .doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void rejectionsHaveCorsHeadersToo() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("ALLOWED_ORIGINS", "*"));
    ObjectNode event = Requests.withHeader(Requests.posting("{"), "origin", "https://a.example");

    Reply reply = function.call(event);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.headers()).containsEntry("access-control-allow-origin", "*");
  }

  @Test
  void aPreflightResponseNamesMethodsAndHeaders() {
    Reply allowed = preflight("https://shop.example");

    assertThat(allowed.status()).isEqualTo(204);
    assertThat(allowed.body()).isEmpty();
    assertThat(allowed.headers())
        .containsEntry("access-control-allow-origin", "https://shop.example")
        .containsEntry("access-control-allow-methods", "POST, OPTIONS")
        .containsEntry("access-control-allow-headers", "*")
        .containsEntry("access-control-max-age", "7200");
    assertThat(preflight("https://other.example").headers())
        .doesNotContainKeys("access-control-allow-origin", "access-control-allow-methods");
  }

  private static Reply preflight(String origin) {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("ALLOWED_ORIGINS", LIST));
    ObjectNode event = Requests.withHttp(Requests.recorded("plain"), "method", "OPTIONS");
    event.remove("body");
    Reply reply = function.call(Requests.withHeader(event, "origin", origin));
    assertThat(function.stored().all()).isEmpty();
    return reply;
  }

  private static Reply post(String allowed, String origin) {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("ALLOWED_ORIGINS", allowed));
    return function.call(Requests.withHeader(Requests.recorded("plain"), "origin", origin));
  }
}
