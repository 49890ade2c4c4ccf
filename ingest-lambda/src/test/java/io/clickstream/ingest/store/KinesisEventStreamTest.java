package io.clickstream.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.clickstream.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** StreamIT has the same with a Kinesis server; this server answers with the errors of AWS. */
class KinesisEventStreamTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACCEPTED = "{\"SequenceNumber\":\"1\",\"ShardId\":\"s\"}";
  private static final String THROTTLED =
      "{\"ErrorCode\":\"ProvisionedThroughputExceededException\",\"ErrorMessage\":\"Rate\"}";
  private static final String FAILED =
      "{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"Internal service failure.\"}";

  private record Answer(int status, String body) {}

  private final List<JsonNode> requests = new ArrayList<>();
  private final List<String> heads = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private HttpServer server;
  private KinesisEventStream stream;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          heads.add(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
          if (answer.status() == 0) {
            exchange.close();
            return;
          }
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    stream =
        KinesisEventStream.with(
            new StreamLocation(
                "events",
                "ap-southeast-1",
                Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))),
            AwsBasicCredentials.create("key", "secret"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String... records) {
    answers.add(new Answer(200, "{\"Records\":[" + String.join(",", records) + "]}"));
  }

  private static List<StreamRecord> records(String... keys) {
    List<StreamRecord> records = new ArrayList<>();
    for (String key : keys) {
      records.add(new StreamRecord(key, (key + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return records;
  }

  private void put(String... keys) throws IOException {
    stream.putAll(records(keys), Deadline.in(Eventually.LIMIT));
  }

  private List<List<String>> sent() {
    return requests.stream()
        .map(request -> request.path("Records").findValuesAsText("PartitionKey"))
        .toList();
  }

  @Test
  void oneSignedRequestHasAllRecords() throws IOException {
    answer(ACCEPTED, ACCEPTED);

    put("a", "b");

    assertThat(heads)
        .singleElement()
        .asString()
        .startsWith(
            "Kinesis_20131202.PutRecords application/x-amz-json-1.1"
                + " AWS4-HMAC-SHA256 Credential=key/")
        .contains("/ap-southeast-1/kinesis/aws4_request");
    assertThat(requests.get(0))
        .hasToString(
            "{\"StreamName\":\"events\",\"Records\":[{\"PartitionKey\":\"a\",\"Data\":\"YQo=\"},"
                + "{\"PartitionKey\":\"b\",\"Data\":\"Ygo=\"}]}");
  }

  @Test
  void onlyRefusedRecordsAreSentAgain() throws IOException {
    answer(ACCEPTED, THROTTLED, FAILED);
    answer(FAILED, ACCEPTED);
    answer(ACCEPTED);

    put("a", "b", "c");

    assertThat(sent()).containsExactly(List.of("a", "b", "c"), List.of("b", "c"), List.of("b"));
  }

  @Test
  void recordsThatStayRefusedFailAfterFiveAttempts() {
    answer(THROTTLED);

    assertThatThrownBy(() -> put("a"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot put the events on the stream: Kinesis refused records with"
                + " ProvisionedThroughputExceededException.");
    assertThat(requests).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({
    "500,InternalFailure",
    "503,",
    "400,ProvisionedThroughputExceededException",
    "400,LimitExceededException",
    "400,com.amazonaws.kinesis#KMSThrottlingException",
    "400,ExpiredTokenException",
    "0,"
  })
  void aRequestThatMaySucceedLaterIsRepeated(int status, String error) throws IOException {
    answers.add(new Answer(status, error == null ? "" : "{\"__type\":\"" + error + "\"}"));
    answer(ACCEPTED);

    put("a");

    assertThat(sent()).containsExactly(List.of("a"), List.of("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ResourceNotFoundException", "AccessDeniedException"})
  void anErrorThatARetryCannotMendFailsAtOnce(String error) {
    answers.add(new Answer(400, "{\"__type\":\"" + error + "\",\"message\":\"no\"}"));

    assertThatThrownBy(() -> put("a"))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot put the events on the stream: Kinesis answered 400 " + error + ".");
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"Records\":[]}", "{\"Records\":[{},{}]}", "no json"})
  void anAnswerThatDoesNotNameEachRecordIsNoSuccess(String body) throws IOException {
    answers.add(new Answer(200, body));
    answer(ACCEPTED);

    put("a");

    assertThat(requests).hasSize(2);
  }

  @Test
  void withoutTimeNothingIsSent() {
    answer(ACCEPTED);
    assertThatThrownBy(() -> stream.putAll(records("a"), Deadline.in(Duration.ofMillis(50))))
        .hasMessage("Cannot put the events on the stream: no time is left.");
    assertThat(requests).isEmpty();
  }

  @Test
  void messagesHoldNothingOfTheAnswerButTheError() {
    answers.add(new Answer(403, "{\"__type\":\"a\\nb<script>\",\"message\":\"secret\"}"));
    assertThatThrownBy(() -> put("a"))
        .hasMessage("Cannot put the events on the stream: Kinesis answered 403 abscript.");
  }
}
