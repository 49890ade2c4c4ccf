package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.ingest.FaultyServer.Fault;
import io.clickstream.ingest.FaultyServer.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Conditional puts, over HTTP. */
class S3ObjectStoreTest {

  private static final RawObject OBJECT =
      new RawObject(
          "events/2026/11/22/13/event-0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json",
          "application/json",
          "{\"name\":\"💻\"}".getBytes(StandardCharsets.UTF_8));

  private FaultyServer server;
  private S3ObjectStore store;

  @BeforeEach
  void start() throws Exception {
    server = new FaultyServer();
    store = store(server.endpoint());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void putsOnceAndOnlyWhereNothingIs() throws IOException {
    put(Duration.ofSeconds(5));

    assertThat(server.objects()).containsEntry("/bucket/" + OBJECT.key(), "{\"name\":\"💻\"}");
    Seen request = server.seen().get(0);
    assertThat(server.seen()).hasSize(1);
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(header(request, "If-none-match")).isEqualTo("*");
    assertThat(header(request, "Content-type")).isEqualTo("application/json");
    assertThat(header(request, "X-amz-content-sha256")).matches("[0-9a-f]{64}");
    assertThat(header(request, "Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=key/")
        .contains("/ap-southeast-1/s3/aws4_request", "if-none-match", "content-type");
    assertThat(request.headers()).doesNotContainKey("Expect");
    assertThatThrownBy(() -> put(Duration.ofSeconds(5)))
        .isInstanceOf(IOException.class)
        .hasMessage("S3 answered 412 PreconditionFailed");
  }

  @ParameterizedTest
  @EnumSource(names = {"SLOW_DOWN", "INTERNAL_ERROR", "CONFLICT", "REQUEST_TIMEOUT", "BREAKS"})
  void whatPassesIsTriedAgainUnderTheSameKey(Fault fault) throws IOException {
    server.fail(fault, fault, Fault.NONE);

    put(Duration.ofSeconds(5));

    assertThat(server.objects()).containsOnlyKeys("/bucket/" + OBJECT.key());
    assertThat(server.seen()).hasSize(3);
  }

  /** Its answer was lost: the second try finds the key taken, which nobody else could have done. */
  @Test
  void whatIsStoredAlreadyByAnEarlierTryIsStored() throws IOException {
    server.fail(Fault.STORES_AND_BREAKS, Fault.NONE);

    put(Duration.ofSeconds(5));

    assertThat(server.objects()).hasSize(1);
    assertThat(server.seen()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "ACCESS_DENIED,1,S3 answered 403 AccessDenied",
    "NO_SUCH_BUCKET,1,S3 answered 404 NoSuchBucket",
    "SLOW_DOWN,4,S3 answered 503 SlowDown",
    "BREAKS,4,S3 was not reached: SocketException"
  })
  void whatStaysFails(Fault fault, int tries, String message) {
    server.fail(fault);

    assertThatThrownBy(() -> put(Duration.ofSeconds(5)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(message.replace("SocketException", "\\w+Exception"));
    assertThat(server.seen()).hasSize(tries);
    assertThat(server.objects()).isEmpty();
  }

  @Test
  void aServerThatHangsIsLeftAtTheDeadline() {
    server.fail(Fault.HANGS);
    long start = System.nanoTime();

    assertThatThrownBy(() -> put(Duration.ofMillis(700))).isInstanceOf(IOException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(600), Duration.ofMillis(2_500));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void aServerThatIsDownFails() {
    server.close();

    assertThatThrownBy(() -> put(Duration.ofSeconds(5)))
        .isInstanceOf(IOException.class)
        .hasMessage("S3 was not reached: ConnectException");
  }

  @Test
  void connectionsOfABatchAreUsedAgain() throws IOException {
    ParallelPuts puts = new ParallelPuts();
    for (int batch = 0; batch < 5; batch++) {
      List<RawObject> objects = new ArrayList<>();
      for (int n = 0; n < 100; n++) {
        objects.add(new RawObject("events/" + batch + "-" + n, "application/json", OBJECT.body()));
      }
      puts.putAll(store, objects, Deadline.in(Duration.ofSeconds(5)));
    }

    assertThat(server.objects()).hasSize(500);
    // Some overlap with those that are just being given back.
    assertThat(server.seen().stream().map(Seen::clientPort).distinct().count()).isLessThan(40);
  }

  @Test
  void withoutTimeNothingIsSent() {
    assertThatThrownBy(() -> put(Duration.ZERO)).hasMessage("there was no time left");
    assertThat(server.seen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "raw,ap-southeast-1,https://raw.s3.ap-southeast-1.amazonaws.com/events/x.json",
    "raw.shop,eu-west-1,https://s3.eu-west-1.amazonaws.com/raw.shop/events/x.json",
    "raw,cn-north-1,https://raw.s3.cn-north-1.amazonaws.com.cn/events/x.json",
    "raw,us-gov-west-1,https://raw.s3.us-gov-west-1.amazonaws.com/events/x.json",
    "raw,xx-new-1,https://raw.s3.xx-new-1.amazonaws.com/events/x.json"
  })
  void onAwsTheBucketHasAnAddressOfItsOwn(String bucket, String region, String address)
      throws MisconfiguredException {
    Settings settings = Settings.of(Map.of("RAW_BUCKET_NAME", bucket, "AWS_REGION", region));

    assertThat(S3Endpoint.of(settings).of("events/x.json")).hasToString(address);
  }

  private void put(Duration time) throws IOException {
    store.putNew(OBJECT, Deadline.in(time));
  }

  private static S3ObjectStore store(URI endpoint) throws MisconfiguredException {
    Map<String, String> environment = new HashMap<>();
    environment.put("RAW_BUCKET_NAME", "bucket");
    environment.put("AWS_REGION", "ap-southeast-1");
    environment.put("AWS_ENDPOINT_URL_S3", endpoint + "/");
    return new S3ObjectStore(
        new S3Connection(
            S3Endpoint.of(Settings.of(environment)),
            S3Connection::urlConnection,
            () -> StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"))));
  }

  private static String header(Seen request, String name) {
    return String.join(",", request.headers().getOrDefault(name, List.of()));
  }
}
