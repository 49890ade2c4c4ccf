package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;

/** The hooks around a snapshot, run as the runtime runs them. */
class SnapStartTest {

  private static final RawObject OBJECT =
      new RawObject("events/x.json", "application/json", "{}".getBytes(StandardCharsets.UTF_8));

  @Test
  void requestsAreRehearsedWithoutStoringAndConnectionsBeginAnew() throws Exception {
    try (FaultyServer server = new FaultyServer()) {
      AtomicInteger clients = new AtomicInteger();
      AtomicInteger logins = new AtomicInteger();
      Settings settings = settings(server);
      S3ObjectStore store =
          new S3ObjectStore(
              new S3Connection(
                  S3Endpoint.of(settings),
                  () -> counted(clients),
                  () -> {
                    logins.incrementAndGet();
                    return StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("key", "secret"));
                  }));
      SnapStart hooks = new SnapStart(settings, store, new ObjectIds());

      hooks.beforeCheckpoint(null);

      assertThat(server.objects()).isEmpty();
      assertThat(server.seen()).extracting(FaultyServer.Seen::method).containsExactly("HEAD");
      assertThat(server.seen().get(0).headers().get("Connection"))
          .as("no connection is kept in the snapshot")
          .containsExactly("close");
      hooks.afterRestore(null);
      assertThat(clients).hasValue(2);
      assertThat(logins).hasValue(2);
      store.putNew(OBJECT, Deadline.in(Duration.ofSeconds(5)));
      assertThat(server.objects()).hasSize(1);
    }
  }

  @Test
  void aServerThatIsNotThereSpoilsNoSnapshot() throws Exception {
    FaultyServer server = new FaultyServer();
    Settings settings = settings(server);
    server.close();
    SnapStart hooks = new SnapStart(settings, S3ObjectStore.connect(settings), new ObjectIds());

    hooks.beforeCheckpoint(null);
    hooks.afterRestore(null);
  }

  @Test
  void idsAreRandomAndOfVersionFourAlsoAfterARestore() {
    ObjectIds ids = new ObjectIds();
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      if (i == 1_000) {
        ids.renew();
      }
      UUID id = ids.get();
      assertThat(id.version()).isEqualTo(4);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(seen.add(id)).isTrue();
    }
  }

  private static Settings settings(FaultyServer server) throws MisconfiguredException {
    return Settings.of(
        Map.of(
            "RAW_BUCKET_NAME", "bucket",
            "AWS_REGION", "ap-southeast-1",
            "AWS_ENDPOINT_URL_S3", server.endpoint().toString()));
  }

  private static SdkHttpClient counted(AtomicInteger clients) {
    clients.incrementAndGet();
    return S3Connection.urlConnection();
  }
}
