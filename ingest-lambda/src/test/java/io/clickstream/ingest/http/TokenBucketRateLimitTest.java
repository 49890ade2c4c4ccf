package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.Requests;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketRateLimitTest {

  private static final String BODY = "{\"name\":\"Bàn phím 💻\"}";

  @Test
  void anAddressOverTheLimitIsAnswered429AndOthersAreNot() {
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
  void theBucketRefillsWithTimeUpToItsSize() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    RateLimit limit = new TokenBucketRateLimit(20, nanos::get);

    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 1)).contains(Duration.ofMillis(50));
    nanos.addAndGet(49_000_000);
    assertThat(limit.retryAfter("a", 1)).isPresent();
    nanos.addAndGet(1_000_000);
    assertThat(limit.retryAfter("a", 1)).isEmpty();
    // The clock overflows, as System.nanoTime may.
    nanos.addAndGet(3_600_000_000_000L);
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 100)).isEmpty();
    assertThat(limit.retryAfter("a", 1)).isPresent();
  }

  @Test
  void theLeastRecentlyUsedBucketIsEvicted() {
    RateLimit limit = new TokenBucketRateLimit(1, () -> 0);
    assertThat(limit.retryAfter("first", 100)).isEmpty();
    assertThat(limit.retryAfter("first", 100)).isPresent();

    for (int i = 0; i < 10_000; i++) {
      limit.retryAfter("address " + i, 1);
    }

    assertThat(limit.retryAfter("first", 100)).isEmpty();
  }
}
