package io.clickstream.ingest.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.StoredObjects;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VisitorSamplerTest {

  @Test
  void keepsAllEventsOfAVisitorOrNone() {
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
    // Four standard deviations around the expected 100 of 400.
    assertThat(kept.size() / 3).isBetween(65, 135);
    assertThat(kept).allSatisfy(id -> assertThat(kept).contains(id.replaceAll("-.*", "-0")));
  }

  @Test
  void samplesEachEventOfABatch() {
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
    // Event n keeps its microsecond, also when events before it are left out.
    assertThat(function.stored().all().values())
        .allSatisfy(
            object ->
                assertThat(StoredObjects.receivedAt(object))
                    .isEqualTo(
                        "2026-11-22T13:05:06.%06dZ",
                        123_000 + FunctionUnderTest.parsed(object).get("n").asInt()));
  }
}
