package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.KinesisEventStream;
import io.clickstream.ingest.store.ObjectIds;
import io.clickstream.ingest.store.RawObject;
import io.clickstream.ingest.store.S3Location;
import io.clickstream.ingest.store.S3ObjectStore;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RecordingS3;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class SnapStartHooksTest {

  private static final RawObject OBJECT =
      new RawObject("events/x.json", "application/json", "{}".getBytes(StandardCharsets.UTF_8));

  @Test
  void rehearsalsStoreNothingAndARestoreReplacesTheClient() throws Exception {
    try (RecordingS3 server = new RecordingS3()) {
      AtomicInteger clients = new AtomicInteger();
      Settings settings = settings(server);
      S3ObjectStore store =
          new S3ObjectStore(
              settings.location(),
              location -> {
                clients.incrementAndGet();
                return client(location);
              });
      SnapStartHooks hooks =
          IngestProcess.snapStart(settings, store, Optional.empty(), new ObjectIds());

      hooks.beforeCheckpoint(null);

      assertThat(server.objects()).isEmpty();
      assertThat(server.seen()).extracting(RecordingS3.Seen::method).containsExactly("HEAD");
      assertThat(server.seen().get(0).headers().get("Connection"))
          .as("the snapshot holds no connection")
          .containsExactly("close");
      assertThat(server.seen().get(0).headers()).doesNotContainKey("Authorization");
      hooks.afterRestore(null);
      assertThat(clients).as("clients with credentials of their own").hasValue(2);
      store.putNew(OBJECT, Deadline.in(Eventually.LIMIT));
      assertThat(server.objects()).hasSize(1);
    }
  }

  @Test
  void aServerThatIsDownDoesNotPreventASnapshot() throws Exception {
    RecordingS3 server = new RecordingS3();
    Settings settings = settings(server);
    server.close();
    SnapStartHooks hooks =
        IngestProcess.snapStart(
            settings,
            S3ObjectStore.connect(settings.location()),
            settings.stream().map(KinesisEventStream::connect),
            new ObjectIds());

    hooks.beforeCheckpoint(null);
    hooks.afterRestore(null);
  }

  @Test
  void rehearsalsWithAStreamPutNothingOnItAndARestoreReplacesItsClient() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer kinesis =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    kinesis.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "{\"Records\":[{}]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    kinesis.start();
    try (RecordingS3 server = new RecordingS3()) {
      Settings settings =
          Settings.of(
              Map.of(
                  "RAW_BUCKET_NAME", "bucket",
                  "AWS_REGION", "ap-southeast-1",
                  "AWS_ENDPOINT_URL_S3", server.endpoint().toString(),
                  "STREAM_NAME", "events",
                  "AWS_ENDPOINT_URL_KINESIS",
                      "http://127.0.0.1:" + kinesis.getAddress().getPort()));
      KinesisEventStream stream = KinesisEventStream.connect(settings.stream().orElseThrow());
      SnapStartHooks hooks =
          IngestProcess.snapStart(
              settings,
              S3ObjectStore.connect(settings.location()),
              Optional.of(stream),
              new ObjectIds());

      hooks.beforeCheckpoint(null);

      assertThat(requests).hasValue(0);
      assertThat(server.objects()).isEmpty();
      hooks.afterRestore(null);
    } finally {
      kinesis.stop(0);
    }
  }

  private static Settings settings(RecordingS3 server) throws MisconfiguredException {
    return Settings.of(
        Map.of(
            "RAW_BUCKET_NAME", "bucket",
            "AWS_REGION", "ap-southeast-1",
            "AWS_ENDPOINT_URL_S3", server.endpoint().toString()));
  }

  private static S3Client client(S3Location location) {
    return S3Client.builder()
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
        .region(Region.of(location.region()))
        .endpointOverride(location.endpoint().orElseThrow())
        .forcePathStyle(true)
        .build();
  }
}
