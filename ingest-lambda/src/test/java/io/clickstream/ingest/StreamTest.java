package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.FunctionUnderTest.Reply;
import io.clickstream.ingest.store.StreamRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The function with a stream in front of its store. */
class StreamTest {

  private final List<StreamRecord> records = new ArrayList<>();
  private final FunctionUnderTest function =
      new FunctionUnderTest(Map.of(), (batch, deadline) -> records.addAll(batch));

  @Test
  void anEventWithAnIdIsOneLineOnTheStreamAndNoObject() {
    Reply reply = function.post("{\"eventId\":\"a\",\n\"clientId\":\"c\"}");

    assertThat(reply.body()).isEqualTo("{\"success\":true}");
    assertThat(function.stored().all()).isEmpty();
    assertThat(records).hasSize(1);
    assertThat(text(records.get(0)))
        .startsWith("{\"eventId\":\"a\",\"clientId\":\"c\",\"_ingest\":{")
        .contains("\"receivedAt\":\"2026-11-22T13:05:06.123000Z\"")
        .endsWith("}\n")
        .containsOnlyOnce("\n");
    assertThat(function.logged().has("StreamLatency")).isTrue();
    assertThat(function.logged().has("S3Latency")).isFalse();
  }

  @Test
  void anEventWithoutAnIdIsAnObjectOfItsOwn() {
    for (String body : List.of("{\"clientId\":\"c\"}", "{\"eventId\":\"undefined\"}")) {
      function.stored().all().clear();

      assertThat(function.post(body).status()).isEqualTo(200);

      assertThat(records).isEmpty();
      assertThat(function.stored().all().keySet())
          .singleElement()
          .asString()
          .startsWith("events/2026/11/22/13/event-");
    }
  }

  @Test
  void theEventsOfAVisitorAreOneRecordInTheOrderOfTheRequest() {
    function.post(
        "[{\"eventId\":\"1\",\"clientId\":\"a\"},{\"eventId\":\"2\",\"clientId\":\"b\"},"
            + "{\"eventId\":\"3\",\"clientId\":\"a\"},{\"eventId\":\"4\",\"userId\":\"a\"}]");

    assertThat(records).hasSize(2);
    assertThat(ids(records.get(0))).as("by client, else by user").containsExactly("1", "3", "4");
    assertThat(ids(records.get(1))).containsExactly("2");
    assertThat(records)
        .extracting(StreamRecord::partitionKey)
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("[0-9a-f-]{36}"));
    String key = records.get(0).partitionKey();
    records.clear();
    function.post("{\"eventId\":\"5\",\"clientId\":\"a\"}");
    assertThat(records.get(0).partitionKey()).as("the key of a visitor stays").isEqualTo(key);
  }

  /** Kinesis refuses records of more than one megabyte; a request has at most 256 KiB. */
  @Test
  void aRecordStaysFarBelowTheLimitOfKinesis() {
    String userAgent = "x".repeat(9_000);
    String body =
        IntStream.range(0, 100)
            .mapToObj(n -> "{\"eventId\":\"id-" + n + "\",\"clientId\":\"c\"}")
            .collect(Collectors.joining(",", "[", "]"));

    assertThat(
            function
                .call(Requests.withHttp(Requests.posting(body), "userAgent", userAgent))
                .status())
        .isEqualTo(200);

    assertThat(records).hasSizeGreaterThan(1);
    assertThat(records).allMatch(each -> each.data().length <= 512 << 10);
    assertThat(records.stream().map(StreamRecord::partitionKey).distinct()).hasSize(1);
    assertThat(records.stream().flatMap(each -> ids(each).stream()))
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(n -> "id-" + n).toList());
  }

  @Test
  void batchObjectsAreForRequestsWithoutAStream() {
    FunctionUnderTest both =
        new FunctionUnderTest(
            Map.of("BATCH_OBJECTS", "true"), (batch, deadline) -> records.addAll(batch));
    both.post("[{\"eventId\":\"1\",\"clientId\":\"a\"}]");
    assertThat(both.stored().all()).isEmpty();
    assertThat(records).hasSize(1);
  }

  @Test
  void aStreamThatDoesNotTakeAllRecordsIsAnswered503() {
    FunctionUnderTest failing =
        new FunctionUnderTest(
            Map.of(),
            (batch, deadline) -> {
              throw new IOException("Cannot put the events on the stream: Kinesis answered 500.");
            });

    Reply reply = failing.post("[{\"eventId\":\"1\"},{\"eventId\":\"2\"}]");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers()).containsEntry("retry-after", "1");
    assertThat(failing.logged().get("detail").asText())
        .isEqualTo("Cannot put the events on the stream: Kinesis answered 500.");
    assertThat(failing.logged().has("StreamLatency")).isTrue();
    assertThat(failing.stored().all()).isEmpty();
  }

  @Test
  void refusedRequestsPutNothingOnTheStream() {
    assertThat(function.post("[{\"eventId\":\"1\"},{}]").status()).isEqualTo(400);
    assertThat(function.post("{").status()).isEqualTo(400);
    assertThat(records).isEmpty();
  }

  @Test
  void aWrongNameOfAStreamIsReported() {
    FunctionUnderTest wrong = new FunctionUnderTest(Map.of("STREAM_NAME", "no/name"));
    assertThat(wrong.post("{\"eventId\":\"1\"}").status()).isEqualTo(500);
    assertThat(wrong.lines().get(0)).contains("Cannot use STREAM_NAME", "a stream's name");
  }

  private static String text(StreamRecord item) {
    return new String(item.data(), StandardCharsets.UTF_8);
  }

  private static List<String> ids(StreamRecord item) {
    return text(item)
        .lines()
        .map(line -> FunctionUnderTest.parsed(line).get("eventId").asText())
        .toList();
  }
}
