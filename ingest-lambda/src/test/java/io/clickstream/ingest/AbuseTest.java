package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Keys, signatures, rates, samples. */
class AbuseTest {

  private static final String BODY = "{\"name\":\"Bàn phím 💻\"}";

  @Test
  void aSharedKeyIsAskedFor() {
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
  void aSignatureOfTheBodysBytesIsAskedFor() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("HMAC_SECRETS", "a,b"));
    byte[] bytes = BODY.getBytes(StandardCharsets.UTF_8);

    assertForbidden(function.post(BODY));
    assertForbidden(function.call(signed(Requests.posting(BODY), "sha256=00")));
    assertForbidden(
        function.call(signed(Requests.posting(BODY + " "), CallerProof.signature("a", bytes))));
    assertForbidden(
        function.call(signed(Requests.posting(BODY), CallerProof.signature("c", bytes))));
    assertThat(function.stored().all()).isEmpty();
    for (ObjectNode event :
        new ObjectNode[] {Requests.posting(BODY), Requests.postingBase64Of(BODY)}) {
      for (String secret : new String[] {"a", "b"}) {
        Reply reply = function.call(signed(event, CallerProof.signature(secret, bytes)));
        assertThat(reply.status()).isEqualTo(200);
      }
    }
  }

  /** The example of RFC 4231, test case 2. */
  @Test
  void theSignatureIsHmacSha256() {
    assertThat(
            CallerProof.signature(
                "Jefe", "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void anAddressThatSendsTooMuchIsToldToWait() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("MAX_EVENTS_PER_SECOND", "0.5"));
    for (int i = 0; i < 100; i++) {
      assertThat(function.post(BODY).status()).isEqualTo(200);
    }

    Reply reply = function.post(BODY);

    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.json().get("error").asText()).isEqualTo("too_many_requests");
    assertThat(reply.headers()).containsEntry("retry-after", "2");
    assertThat(function.stored().all()).hasSize(100);
    ObjectNode another = Requests.withHttp(Requests.posting(BODY), "sourceIp", "198.51.100.9");
    assertThat(function.call(another).status()).isEqualTo(200);
  }

  @Test
  void aRateLimitOfOnesOwnIsAskedForEachRequest() throws Exception {
    List<String> asked = new ArrayList<>();
    RateLimit own =
        (sourceIp, events) -> {
          asked.add(sourceIp + " " + events);
          return events > 1 ? Optional.of(Duration.ofMillis(1_001)) : Optional.empty();
        };
    StoredObjects stored = new StoredObjects();
    Settings settings = Settings.of(Map.of("RAW_BUCKET_NAME", "bucket", "AWS_REGION", "eu-west-1"));
    Ingest ingest =
        new Ingest(settings, stored, own, () -> FunctionUnderTest.NOW, UUID::randomUUID);

    accept(ingest, "{\"a\":1}");
    assertThatThrownBy(() -> accept(ingest, "[{\"eventId\":1},{\"eventId\":2}]"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal ->
                assertThat(Answer.refused(refusal).headers()).containsEntry("retry-after", "2"));
    assertThatThrownBy(() -> accept(ingest, "{}")).isInstanceOf(Refusal.class);

    assertThat(asked).containsExactly("203.0.113.1 1", "203.0.113.1 2");
    assertThat(stored.all()).hasSize(1);
  }

  private static void accept(Ingest ingest, String body) throws Exception {
    byte[] event = Requests.posting(body).toString().getBytes(StandardCharsets.UTF_8);
    ingest.accept(
        GatewayRequest.read(new ByteArrayInputStream(event)),
        Deadline.in(Duration.ofSeconds(5)),
        new Tally());
  }

  @Test
  void whatAnAddressMaySendComesBackWithTime() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    RateLimit limit = new AddressRateLimit(20, nanos::get);

    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 1)).contains(Duration.ofMillis(50));
    nanos.addAndGet(49_000_000);
    assertThat(limit.retryAfter("a", 1)).isPresent();
    nanos.addAndGet(1_000_000);
    assertThat(limit.retryAfter("a", 1)).isEmpty();
    // Beyond the greatest long, as System.nanoTime may go.
    nanos.addAndGet(3_600_000_000_000L);
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 1)).isPresent();
  }

  @Test
  void manyAddressesAreForgottenAgain() {
    RateLimit limit = new AddressRateLimit(1, () -> 0);
    assertThat(limit.retryAfter("first", 100)).isEmpty();
    assertThat(limit.retryAfter("first", 100)).isPresent();

    for (int i = 0; i < 10_000; i++) {
      limit.retryAfter("address " + i, 1);
    }

    assertThat(limit.retryAfter("first", 100)).isEmpty();
  }

  @Test
  void aSampleKeepsAllEventsOfAVisitorOrNone() {
    FunctionUnderTest function = new FunctionUnderTest(Map.of("SAMPLE_RATE", "0.25"));
    Set<String> kept = new TreeSet<>();
    for (int visitor = 0; visitor < 400; visitor++) {
      for (int event = 0; event < 3; event++) {
        String id = visitor + "-" + event;
        Reply reply =
            function.post("{\"eventId\":\"" + id + "\",\"clientId\":\"visitor " + visitor + "\"}");
        assertThat(reply.status()).isEqualTo(200);
        if (reply.body().equals("{\"success\":true}")) {
          kept.add(id);
        } else {
          assertThat(reply.body()).isEqualTo("{\"success\":true,\"accepted\":0,\"sampledOut\":1}");
        }
      }
    }

    assertThat(function.stored().all()).hasSize(kept.size());
    assertThat(kept.size() % 3).isZero();
    // Four standard deviations around 100 of 400.
    assertThat(kept.size() / 3).isBetween(65, 135);
    assertThat(kept).allSatisfy(id -> assertThat(kept).contains(id.replaceAll("-.*", "-0")));
  }

  @Test
  void aBatchIsSampledEventByEvent() {
    StringBuilder array = new StringBuilder("[");
    for (int n = 0; n < 100; n++) {
      array.append(n == 0 ? "" : ",").append("{\"eventId\":\"e" + n + "\",\"n\":" + n + "}");
    }
    FunctionUnderTest function = new FunctionUnderTest(Map.of("SAMPLE_RATE", "0.5"));

    JsonNode answer = function.post(array.append("]").toString()).json();

    int accepted = answer.get("accepted").asInt();
    assertThat(accepted).isBetween(20, 80);
    assertThat(answer.get("sampledOut").asInt()).isEqualTo(100 - accepted);
    assertThat(function.stored().all()).hasSize(accepted);
    // The n-th keeps its microsecond.
    assertThat(function.stored().all().values())
        .allSatisfy(
            object ->
                assertThat(StoredObjects.receivedAt(object))
                    .isEqualTo(
                        "2026-11-22T13:05:06.%06dZ",
                        123_456 + FunctionUnderTest.parsed(object).get("n").asInt()));
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
