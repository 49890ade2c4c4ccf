package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.event.Limits;
import io.clickstream.ingest.FunctionUnderTest.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

  private static final String TOO_LONG =
      "0123456789012345678901234567890123456789012345678901234567890123456789"
          + "01234567890123456789012345678901234567890123456789012345678";

  private static final String KEY_OF_AN_EVENT =
      "events/2026/11/22/13/event-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json";

  private final FunctionUnderTest function = new FunctionUnderTest();
  private final FunctionUnderTest inOneObject =
      new FunctionUnderTest(Map.of("BATCH_OBJECTS", "true"));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, Limits.BATCH_EVENTS})
  void storesOneObjectPerEventOneMicrosecondApart(int events) {
    Reply reply = function.post(array(events));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"success\":true,\"accepted\":" + events + "}");
    assertThat(function.stored().all().keySet())
        .hasSize(events)
        .allSatisfy(key -> assertThat(key).matches(KEY_OF_AN_EVENT));
    List<String> stored = function.stored().inOrder();
    for (int n = 0; n < events; n++) {
      assertThat(stored.get(n)).startsWith("{\"eventId\":\"id-" + n + "\",\"n\":" + n + ".0,");
      assertThat(StoredObjects.receivedAt(stored.get(n)))
          .isEqualTo("2026-11-22T13:05:06.%06dZ", 123_000 + n);
    }
  }

  @Test
  void storesABatchObjectWithOneLinePerEvent() {
    Reply reply =
        inOneObject.post(
            "[{\"eventId\":\"a\",\n\"list\":[\"one\\ntwo\u2028\",\r\n1]\r\n,\"_ingest\":1} , {\"event_id\":7}]");

    assertThat(reply.body()).isEqualTo("{\"success\":true,\"accepted\":2}");
    assertThat(inOneObject.stored().all().keySet())
        .singleElement()
        .asString()
        .matches("events/2026/11/22/13/batch-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.ndjson");
    String[] lines = inOneObject.stored().only().split("\n", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[0])
        .startsWith("{\"eventId\":\"a\",\"list\":[\"one\\ntwo\u2028\",  1],\"_ingest\":{")
        .contains("\"receivedAt\":\"2026-11-22T13:05:06.123000Z\"");
    assertThat(lines[1])
        .startsWith("{\"event_id\":7,\"_ingest\":{")
        .contains("\"receivedAt\":\"2026-11-22T13:05:06.123001Z\"");
    assertThat(lines[2]).isEmpty();
  }

  @Test
  void storesASingleEventAsAnEventObject() {
    assertThat(inOneObject.post("{\"a\":1}").body()).isEqualTo("{\"success\":true}");
    assertThat(inOneObject.stored().all().keySet())
        .singleElement()
        .asString()
        .matches(KEY_OF_AN_EVENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"eventId\":\"a\"},{}]|empty_object|1",
        "[{\"eventId\":\"a\"},{\"_ingest\":{}}]|empty_object|1",
        "[{\"eventId\":\"a\"},{\"eventName\":\"x\"},{\"eventId\":\"b\"}]|missing_event_id|1",
        "[{\"eventId\":\"\"}]|missing_event_id|0",
        "[{\"eventId\":\" \\u0000 \"}]|missing_event_id|0",
        "[{\"eventId\":null}]|missing_event_id|0",
        "[{\"eventId\":{\"a\":1}}]|missing_event_id|0",
        "[{\"eventId\":[\"a\"]}]|missing_event_id|0",
        "[{\"eventId\":\"undefined\"}]|missing_event_id|0",
        "[{\"eventId\":\"None\"}]|missing_event_id|0",
        "[{\"eventId\":0}]|missing_event_id|0",
        "[{\"eventId\":true}]|missing_event_id|0",
        "[{\"eventId\":\" null\"}]|missing_event_id|0",
        "[{\"eventId\":\"[object Object]\"}]|missing_event_id|0",
        "[{\"eventId\":\"00000000-0000-0000-0000-000000000000\"}]|missing_event_id|0",
        "[{\"eventId\":\"a\",\"eventId\":null}]|missing_event_id|0",
        "[{\"a\":{\"eventId\":\"a\"}}]|missing_event_id|0",
        "[{\"eventId\":\"a\"},{\"eventId\":\"b\",\"eventName\":\""
            + TOO_LONG
            + "\"}]"
            + "|event_name_too_long|1",
        "[{\"eventId\":\"a\"},5]|not_an_object|1",
        "[{\"eventId\":\"a\"},null]|not_an_object|1",
        "[[{\"eventId\":\"a\"}]]|not_an_object|0",
        "[{\"eventId\":\"a\"},\"b\"]|not_an_object|1"
      })
  void oneInvalidItemRejectsTheArrayAndItsIndexIsReported(String body, String error, int index) {
    for (FunctionUnderTest each : List.of(function, inOneObject)) {
      Reply reply = each.post(body);

      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.json().get("error").asText()).isEqualTo(error);
      assertThat(reply.json().get("message").asText()).endsWith("See index " + index + ".");
      assertThat(each.stored().all()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"eventId\":1}",
        "{\"eventId\":0.5}",
        "{\"eventId\":10}",
        "{\"eventId\":\"truest\"}",
        "{\"event_id\":\"x\"}",
        "{\"eventId\":\"undefined\",\"event_id\":\"x\"}",
        "{\"eventId\":null,\"eventId\":\"x\"}",
        "{\"\\u0065ventId\":\"x\"}"
      })
  void acceptsEachIdThatTheJobAccepts(String item) {
    assertThat(function.post("[" + item + "]").status()).isEqualTo(200);
  }

  @Test
  void rejectsMoreThanAHundredEvents() {
    Reply reply = function.post(array(Limits.BATCH_EVENTS + 1));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("error").asText()).isEqualTo("array_too_long");
    assertThat(function.stored().all()).isEmpty();
  }

  @Test
  void anItemMayNestAsDeeplyAsASingleEvent() {
    assertThat(function.post("[" + nested(Limits.JSON_DEPTH) + "]").status()).isEqualTo(200);
    assertThat(function.post(" \n[" + nested(Limits.JSON_DEPTH + 1) + "]").json().get("error"))
        .hasToString("\"json_too_complex\"");
  }

  @Test
  void aFailedPutIsAnswered503AndARetryStoresAllEvents() {
    function.stored().failOn("id-3");

    Reply reply = function.post(array(10));

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers()).containsEntry("retry-after", "1");
    JsonNode logged = function.logged();
    assertThat(logged.get("Reason").asText()).isEqualTo("storage_unavailable");
    // Some events are now stored twice; the job recognizes duplicates by their ids.
    function.stored().failOn("nothing");
    assertThat(function.post(array(10)).status()).isEqualTo(200);
    assertThat(ids(function.stored().inOrder())).containsAll(ids(10));
  }

  private static List<String> ids(List<String> objects) {
    return objects.stream()
        .map(object -> FunctionUnderTest.parsed(object).get("eventId").asText())
        .toList();
  }

  private static List<String> ids(int events) {
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < events; n++) {
      ids.add("id-" + n);
    }
    return ids;
  }

  private static String array(int events) {
    return IntStream.range(0, events)
        .mapToObj(n -> "{\"eventId\":\"id-" + n + "\",\"n\":" + n + ".0}")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String nested(int depth) {
    return "{\"eventId\":1,\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }
}
