package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.Requests;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestAuthenticatorTest {

  private static final String BODY = "{\"name\":\"Bàn phím 💻\"}";

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
  void acceptsOnlyASignatureOfTheSentBytes() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a,b"));
    byte[] bytes = BODY.getBytes(StandardCharsets.UTF_8);

    assertForbidden(function.post(BODY));
    assertForbidden(function.call(signed(Requests.posting(BODY), "sha256=00")));
    assertForbidden(
        function.call(
            signed(Requests.posting(BODY + " "), RequestAuthenticator.signature("a", bytes))));
    assertForbidden(
        function.call(signed(Requests.posting(BODY), RequestAuthenticator.signature("c", bytes))));
    assertThat(function.stored().all()).isEmpty();
    for (ObjectNode event :
        new ObjectNode[] {Requests.posting(BODY), Requests.postingBase64Of(BODY)}) {
      for (String secret : new String[] {"a", "b"}) {
        Reply reply = function.call(signed(event, RequestAuthenticator.signature(secret, bytes)));
        assertThat(reply.status()).isEqualTo(200);
      }
    }
  }

  /** Example: RFC 4231, test case 2. */
  @Test
  void theSignatureIsHmacSha256() {
    assertThat(
            RequestAuthenticator.signature(
                "Jefe", "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  private static ObjectNode withKey(String key) {
    return Requests.withHeader(Requests.posting(BODY), "x-api-key", key);
  }

  private static ObjectNode signed(ObjectNode event, String signature) {
    return Requests.withHeader(event, "x-signature", signature);
  }

  private static void assertForbidden(Reply reply) {
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.json().get("error").asText()).isEqualTo("forbidden");
  }
}
