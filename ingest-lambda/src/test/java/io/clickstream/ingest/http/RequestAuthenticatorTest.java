package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.Requests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestAuthenticatorTest {

  private static final String BODY = "{\"name\":\"Bàn phím 💻\"}";
  private static final byte[] BYTES = BODY.getBytes(StandardCharsets.UTF_8);

  @Test
  void acceptsOnlyOneOfTheSharedKeys() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("SHARED_KEYS", "old, new"));

    assertForbidden(function.post(BODY));
    assertForbidden(function.call(withKey("ne")));
    assertForbidden(function.call(withKey("old, new")));
    assertForbidden(function.call(withKey("")));
    assertThat(function.stored().all()).isEmpty();
    assertThat(function.call(withKey("old")).status()).isEqualTo(200);
    assertThat(function.call(withKey("new")).status()).isEqualTo(200);
    assertThat(function.stored().all()).hasSize(2);
  }

  @Test
  void acceptsOnlyASignatureOfTheSentBytesAndTime() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a,b"));

    assertForbidden(function.post(BODY));
    assertForbidden(function.call(signed(BODY, now(), "sha256=00")));
    assertForbidden(function.call(signed(BODY + " ", now(), signature("a", now()))));
    assertForbidden(function.call(signed(BODY, now(), signature("c", now()))));
    assertForbidden(function.call(signed(BODY, now() + 1, signature("a", now()))));
    // The body alone is signed, as it was before.
    assertForbidden(
        function.call(
            Requests.withHeader(
                Requests.posting(BODY),
                "x-signature",
                RequestAuthenticator.signature("a", "", BYTES))));
    assertThat(function.stored().all()).isEmpty();
    for (String secret : new String[] {"a", "b"}) {
      assertThat(function.call(signed(BODY, now(), signature(secret, now()))).status())
          .isEqualTo(200);
    }
    ObjectNode base64 = Requests.postingBase64Of(BODY);
    Requests.withHeader(base64, "x-timestamp", Long.toString(now() + 1));
    Requests.withHeader(base64, "x-signature", signature("a", now() + 1));
    assertThat(function.call(base64).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 200",
    "299, 200",
    "300, 200",
    "301, 403",
    "-299, 200",
    "-301, 403",
    "-99999, 403"
  })
  void aSignatureIsValidForFiveMinutes(int secondsAgo, int status) {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a"));
    // Requests are received at .123 of a second, which counts for those of the past.
    long time = now() - secondsAgo + (secondsAgo == 300 ? 1 : 0);
    assertThat(function.call(signed(BODY, time, signature("a", time))).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "now", "-1", "1.5", "1e9", "9999999999999", "٤"})
  void aTimeThatIsNotWholeSecondsIsRefused(String time) {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a"));
    ObjectNode request = Requests.withHeader(Requests.posting(BODY), "x-timestamp", time);
    String signature = RequestAuthenticator.signature("a", time, BYTES);
    assertForbidden(function.call(Requests.withHeader(request, "x-signature", signature)));
  }

  @Test
  void anAcceptedRequestIsNotAcceptedAgain() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a"));
    ObjectNode request = signed(BODY, now(), signature("a", now()));
    assertThat(function.call(request).status()).isEqualTo(200);
    assertForbidden(function.call(request));
    assertThat(function.stored().all()).hasSize(1);
    // The sender signs again.
    assertThat(function.call(signed(BODY, now() - 1, signature("a", now() - 1))).status())
        .isEqualTo(200);
  }

  /** Another process has not seen the signature. The keys of the objects derive from it. */
  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void aReplayToAnotherProcessStoresNothing(String batchObjects) {
    Map<String, String> settings = Map.of("HMAC_SECRETS", "a", "BATCH_OBJECTS", batchObjects);
    FunctionUnderTest function = new FunctionUnderTest(settings);
    String batch = batchOf(3);
    String signature =
        RequestAuthenticator.signature(
            "a", Long.toString(now()), batch.getBytes(StandardCharsets.UTF_8));
    for (ObjectNode request :
        List.of(signed(BODY, now(), signature("a", now())), signed(batch, now(), signature))) {
      assertThat(function.call(request).status()).isEqualTo(200);
      Map<String, String> before = Map.copyOf(function.stored().all());
      assertThat(function.anotherProcess(settings).call(request).status()).isEqualTo(200);
      assertThat(function.stored().all()).isEqualTo(before);
    }
    assertThat(function.stored().all()).hasSize(batchObjects.equals("true") ? 2 : 4);
  }

  /** The keys of requests without a signature, and of other signatures, are new. */
  @Test
  void otherRequestsOfTheSameBodyAreStoredAgain() {
    Map<String, String> settings = Map.of("HMAC_SECRETS", "a", "UNSIGNED_REQUESTS", "true");
    FunctionUnderTest function = new FunctionUnderTest(settings);
    assertThat(function.post(BODY).status()).isEqualTo(200);
    assertThat(function.post(BODY).status()).isEqualTo(200);
    assertThat(function.call(signed(BODY, now(), signature("a", now()))).status()).isEqualTo(200);
    assertThat(function.call(signed(BODY, now() + 1, signature("a", now() + 1))).status())
        .isEqualTo(200);
    assertThat(function.stored().all()).hasSize(4);
  }

  @Test
  void aRequestThatWasNotStoredMayBeSentAgainAsItIs() {
    FunctionUnderTest function =
        new FunctionUnderTest(Map.of("HMAC_SECRETS", "a", "MAX_EVENTS_PER_SECOND", "0.000001"));
    String batch = batchOf(100);
    byte[] bytes = batch.getBytes(StandardCharsets.UTF_8);
    String first = RequestAuthenticator.signature("a", Long.toString(now()), bytes);
    assertThat(function.call(signed(batch, now(), first)).status()).isEqualTo(200);
    ObjectNode limited = signed(BODY, now(), signature("a", now()));
    // Not 403: it was refused for its rate, and not remembered.
    assertThat(function.call(limited).status()).isEqualTo(429);
    assertThat(function.call(limited).status()).isEqualTo(429);
  }

  @Test
  void onlyAVerifiedSignatureMarksEvents() {
    FunctionUnderTest function =
        new FunctionUnderTest(Map.of("HMAC_SECRETS", "a", "UNSIGNED_REQUESTS", "true"));
    String forged = "{\"name\":\"x\",\"_ingest\":{\"signed\":true}}";
    assertThat(function.post(forged).status()).isEqualTo(200);
    assertForbidden(function.call(signed(BODY, now(), "sha256=00")));
    assertForbidden(function.call(signed(BODY, now(), "")));
    assertThat(function.stored().all().toString()).doesNotContain("\"signed\"");
    assertThat(function.call(signed(BODY, now(), signature("a", now()))).status()).isEqualTo(200);
    assertThat(function.stored().all().toString()).containsOnlyOnce("\"signed\":true");
  }

  /** A signature that nobody checks says nothing. */
  @Test
  void aSignatureWithoutSecretsMarksNoEvent() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("UNSIGNED_REQUESTS", "true"));
    assertThat(function.call(signed(BODY, now(), signature("a", now()))).status()).isEqualTo(200);
    assertThat(function.stored().all().toString()).doesNotContain("\"signed\"");
  }

  @Test
  void theSignatureIsHmacSha256OfTimeDotBody() {
    // printf '1795395906.hello' | openssl dgst -sha256 -hmac Jefe
    assertThat(
            RequestAuthenticator.signature(
                "Jefe", "1795395906", "hello".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("sha256=de2f18ecf092fc08176f4e436a308e58583da935001453aca2a128a589d42e73");
  }

  private static long now() {
    return FunctionUnderTest.NOW.getEpochSecond();
  }

  private static String signature(String secret, long time) {
    return RequestAuthenticator.signature(secret, Long.toString(time), BYTES);
  }

  private static String batchOf(int events) {
    return IntStream.range(0, events)
        .mapToObj(n -> "{\"eventId\":\"e-" + n + "\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static ObjectNode withKey(String key) {
    return Requests.withHeader(Requests.posting(BODY), "x-api-key", key);
  }

  private static ObjectNode signed(String body, long time, String signature) {
    ObjectNode request = Requests.posting(body);
    Requests.withHeader(request, "x-timestamp", Long.toString(time));
    return Requests.withHeader(request, "x-signature", signature);
  }

  private static void assertForbidden(Reply reply) {
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.json().get("error").asText()).isEqualTo("forbidden");
  }
}
