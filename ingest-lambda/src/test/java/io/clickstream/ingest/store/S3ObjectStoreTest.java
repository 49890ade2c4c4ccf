package io.clickstream.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.testing.Eventually;
import io.clickstream.testing.RecordingS3;
import io.clickstream.testing.RecordingS3.Fault;
import io.clickstream.testing.RecordingS3.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

class S3ObjectStoreTest {

  private static final RawObject OBJECT =
      new RawObject(
          "events/2026/11/22/13/event-0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json",
          "application/json",
          "{\"name\":\"💻\"}".getBytes(StandardCharsets.UTF_8));

  private RecordingS3 server;
  private S3ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    server = new RecordingS3();
    store =
        store(
            new S3Location(
                "bucket", "ap-southeast-1", Optional.of(URI.create(server.endpoint() + "/"))),
            S3Clients.urlConnection());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void putsOnceAndNeverReplacesAnObject() throws IOException {
    put(Eventually.LIMIT);

    assertThat(server.objects()).containsEntry("/bucket/" + OBJECT.key(), "{\"name\":\"💻\"}");
    Seen request = server.seen().get(0);
    assertThat(server.seen()).hasSize(1);
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.header("If-none-match")).isEqualTo("*");
    assertThat(request.header("Content-type")).isEqualTo("application/json");
    assertThat(request.header("X-amz-content-sha256")).matches("[0-9a-f]{64}");
    assertThat(request.header("Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=key/")
        .contains("/ap-southeast-1/s3/aws4_request", "if-none-match", "content-type");
    assertThat(request.headers()).doesNotContainKey("Expect");
    assertThatThrownBy(() -> put(Eventually.LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot store the object: S3 answered 412 PreconditionFailed.");
  }

  @Test
  void aRepeatableObjectThatExistsIsStoredAndKept() throws IOException {
    put(Eventually.LIMIT);
    byte[] other = "{}".getBytes(StandardCharsets.UTF_8);
    RawObject again = new RawObject(OBJECT.key(), OBJECT.contentType(), other, true);
    store.putNew(again, Deadline.in(Eventually.LIMIT));
    assertThat(server.objects()).containsEntry("/bucket/" + OBJECT.key(), "{\"name\":\"💻\"}");
  }

  @ParameterizedTest
  @EnumSource(names = {"SLOW_DOWN", "INTERNAL_ERROR", "CONFLICT", "REQUEST_TIMEOUT", "BREAKS"})
  void retriesATransientFailureUnderTheSameKey(Fault fault) throws IOException {
    server.fail(fault, fault, Fault.NONE);

    put(Eventually.LIMIT);

    assertThat(server.objects()).containsOnlyKeys("/bucket/" + OBJECT.key());
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void anObjectWhoseFirstResponseWasLostIsStored() throws IOException {
    server.fail(Fault.STORES_AND_BREAKS, Fault.NONE);

    put(Eventually.LIMIT);

    assertThat(server.objects()).hasSize(1);
    assertThat(server.seen()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "ACCESS_DENIED,1,Cannot store the object: S3 answered 403 AccessDenied.",
    "NO_SUCH_BUCKET,1,Cannot store the object: S3 answered 404 NoSuchBucket.",
    "SLOW_DOWN,4,Cannot store the object: S3 answered 503 SlowDown.",
    "BREAKS,4,Cannot store the object: S3 did not answer (SocketException)."
  })
  void aLastingFailureIsReportedAfterItsAttempts(Fault fault, int attempts, String message) {
    server.fail(fault);

    assertThatThrownBy(() -> put(Eventually.LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            Pattern.quote(message).replace("SocketException", "\\E\\w+Exception\\Q"));
    assertThat(server.seen()).hasSize(attempts);
    assertThat(server.objects()).isEmpty();
  }

  /** A busy machine may not send the request before the deadline: the next one is later. */
  @Test
  void givesUpOnAHangingServerAtTheDeadline() {
    server.fail(Fault.HANGS);
    Duration time = Duration.ofMillis(350);
    Duration took;
    int puts = 0;
    do {
      Duration limit = time.multipliedBy(2);
      long start = System.nanoTime();
      assertThatThrownBy(() -> put(limit)).isInstanceOf(IOException.class);
      took = Duration.ofNanos(System.nanoTime() - start);
      time = limit;
      puts++;
    } while (server.seen().isEmpty());

    assertThat(took).isBetween(time.minusMillis(100), RecordingS3.HANG.dividedBy(2));
    assertThat(server.seen()).as("no retry").hasSizeLessThanOrEqualTo(puts);
  }

  @Test
  void reportsAServerThatIsDown() {
    server.close();

    assertThatThrownBy(() -> put(Eventually.LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot store the object: S3 did not answer (ConnectException).");
  }

  @Test
  void reusesTheConnectionsOfABatch() throws IOException {
    ParallelPuts puts = new ParallelPuts();
    for (int batch = 0; batch < 5; batch++) {
      List<RawObject> objects = new ArrayList<>();
      for (int n = 0; n < 100; n++) {
        objects.add(new RawObject("events/" + batch + "-" + n, "application/json", OBJECT.body()));
      }
      puts.putAll(store, objects, Deadline.in(Eventually.LIMIT));
    }

    assertThat(server.objects()).hasSize(500);
    // A PUT may begin while a connection is on its way back to the pool, and opens a new one.
    assertThat(server.seen().stream().map(Seen::clientPort).distinct().count()).isLessThan(125);
  }

  @Test
  void sendsNothingWithoutTime() {
    assertThatThrownBy(() -> put(Duration.ZERO))
        .hasMessage("Cannot store the object: no time is left.");
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
  void addressesTheBucketOnAws(String bucket, String region, String address) throws IOException {
    List<String> addresses = new ArrayList<>();
    SdkHttpClient http = new NotSendingHttpClient();
    S3ObjectStore onAws =
        store(
            new S3Location(bucket, region, Optional.empty()),
            new SdkHttpClient() {
              @Override
              public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
                addresses.add(request.httpRequest().getUri().toString());
                return http.prepareRequest(request);
              }

              @Override
              public void close() {
                http.close();
              }
            });

    onAws.putNew(
        new RawObject("events/x.json", "application/json", OBJECT.body()),
        Deadline.in(Eventually.LIMIT));

    assertThat(addresses).containsExactly(address);
  }

  private void put(Duration time) throws IOException {
    store.putNew(OBJECT, Deadline.in(time));
  }

  private static S3ObjectStore store(S3Location location, SdkHttpClient http) {
    return new S3ObjectStore(
        location,
        where ->
            S3Clients.client(
                where,
                http,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"))));
  }
}
