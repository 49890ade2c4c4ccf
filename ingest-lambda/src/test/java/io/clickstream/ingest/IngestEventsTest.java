package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.ingest.http.GatewayRequest;
import io.clickstream.ingest.http.GatewayResponse;
import io.clickstream.ingest.http.RateLimit;
import io.clickstream.ingest.http.RequestMetrics;
import io.clickstream.ingest.http.RequestRejectedException;
import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.ObjectIds;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IngestEventsTest {

  @Test
  void asksTheRateLimitOncePerValidRequest() throws Exception {
    List<String> calls = new ArrayList<>();
    RateLimit limit =
        (sourceIp, events) -> {
          calls.add(sourceIp + " " + events);
          return events > 1 ? Optional.of(Duration.ofMillis(1_001)) : Optional.empty();
        };
    StoredObjects stored = new StoredObjects();
    Settings settings = Settings.of(Map.of("RAW_BUCKET_NAME", "bucket", "AWS_REGION", "eu-west-1"));
    IngestEvents ingest =
        new IngestEvents(settings, stored, limit, () -> FunctionUnderTest.NOW, new ObjectIds());

    apply(ingest, "{\"a\":1}");
    assertThatThrownBy(() -> apply(ingest, "[{\"eventId\":1},{\"eventId\":2}]"))
        .isInstanceOfSatisfying(
            RequestRejectedException.class,
            rejection ->
                assertThat(GatewayResponse.rejected(rejection).headers())
                    .containsEntry("retry-after", "2"));
    assertThatThrownBy(() -> apply(ingest, "{}")).isInstanceOf(RequestRejectedException.class);

    assertThat(calls).containsExactly("203.0.113.1 1", "203.0.113.1 2");
    assertThat(stored.all()).hasSize(1);
  }

  private static void apply(IngestEvents ingest, String body) throws Exception {
    byte[] request = Requests.posting(body).toString().getBytes(StandardCharsets.UTF_8);
    ingest.apply(
        GatewayRequest.read(new ByteArrayInputStream(request)),
        Deadline.in(Duration.ofMinutes(10)),
        new RequestMetrics());
  }
}
