package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.RawKey;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.RawObjectWriter.Written;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawObjectWriterTest {

  private static final TrafficOptions OPTIONS =
      TrafficOptions.standard().withEvents(600).withDuration(Duration.ofHours(6));
  private static final Traffic TRAFFIC = new Traffic(OPTIONS);
  private static final List<SimulatedPost> POSTS = TRAFFIC.stream().toList();
  private static final Settings SETTINGS = new Settings(1, true, 3);

  @TempDir private Path root;

  @Test
  void anObjectIsUnderItsUtcHourOfReceptionAndModifiedThen() throws IOException {
    write(SETTINGS);
    for (SimulatedPost post : POSTS) {
      Path file =
          root.resolve(RawKey.received(post.receivedAt(), RawKey.Kind.EVENT, post.id()).relative());
      assertThat(file).hasBinaryContent(RawObjectWriter.rawObject(post));
      assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(post.receivedAt());
    }
    assertThat(files()).hasSize(POSTS.size());
  }

  @Test
  void writtenRecordsAreCounted() throws IOException {
    List<Long> progress = new ArrayList<>();
    Written written = new RawObjectWriter(root, SETTINGS).write(TRAFFIC, progress::add);
    assertThat(written.records()).isEqualTo(600);
    assertThat(written.objects()).isEqualTo(600);
    assertThat(written.kinds().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(600);
    assertThat(written.of(Kind.BOT)).isEqualTo(24);
    long bytes = 0;
    for (byte[] content : files().values()) {
      bytes += content.length;
    }
    assertThat(written.bytes()).isEqualTo(bytes);
    assertThat(progress).isSorted().endsWith(600L);
  }

  @Test
  void theServersNineFieldsFollowTheClientsOwn() throws IOException {
    SimulatedPost post = first(Kind.GOOD);
    String object = new String(RawObjectWriter.rawObject(post), StandardCharsets.UTF_8);
    String clients = post.body().substring(0, post.body().length() - 1);
    assertThat(object).startsWith(clients + ",\"_ingest\":{");
    Map<String, Object> ingest = TrackedBody.parse(object).block("_ingest");
    assertThat(ingest.keySet())
        .containsExactly(
            "receivedAt",
            "sourceIp",
            "userAgent",
            "method",
            "path",
            "requestId",
            "apiId",
            "stage",
            "traceId");
    assertThat(Instant.parse(ingest.get("receivedAt").toString())).isEqualTo(post.receivedAt());
    assertThat(ingest)
        .containsEntry("sourceIp", post.sourceIp())
        .containsEntry("userAgent", post.userAgent());
    assertThat(ingest.get("traceId").toString()).matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
    assertThat(ingest.get("requestId").toString()).hasSize(16);
  }

  @Test
  void aBrokenPostIsWrittenUnchangedOrNotAtAll() throws IOException {
    SimulatedPost broken = first(Kind.BROKEN);
    assertThat(RawObjectWriter.rawObject(broken))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(broken.body());
    long accepted = POSTS.stream().filter(post -> post.kind().accepted()).count();
    Written written = write(SETTINGS.withBroken(false));
    assertThat(written.records()).isEqualTo(accepted);
    assertThat(written.of(Kind.BROKEN)).isZero();
    assertThat(files()).hasSize((int) accepted);
  }

  @Test
  void writingAgainChangesNothingAndRepairsTruncatedFiles() throws IOException {
    Written once = write(SETTINGS);
    Map<String, byte[]> before = files();
    Path cut = root.resolve(before.keySet().iterator().next());
    Files.write(cut, new byte[10]);
    Written twice = write(new Settings(1, true, 1));
    assertThat(twice).isEqualTo(once);
    Map<String, byte[]> after = files();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((name, content) -> assertThat(content).isEqualTo(before.get(name)));
  }

  @Test
  void aBatchHasTheRecordsOfOneHourOnePerLine() throws IOException {
    Written written = write(SETTINGS.withBatchSize(100));
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      RawKey key = RawKey.parse(file.getKey()).orElseThrow();
      assertThat(key.kind()).isEqualTo(RawKey.Kind.BATCH);
      List<String> own = new String(file.getValue(), StandardCharsets.UTF_8).lines().toList();
      assertThat(own).hasSizeBetween(1, 100);
      assertThat(file.getValue()[file.getValue().length - 1]).isEqualTo((byte) '\n');
      lines.addAll(own);
    }
    assertThat(written.records()).isEqualTo(600);
    assertThat(written.objects()).isEqualTo(files().size()).isLessThan(20);
    assertThat(lines)
        .containsExactlyInAnyOrderElementsOf(
            POSTS.stream()
                .map(post -> new String(RawObjectWriter.rawObject(post), StandardCharsets.UTF_8))
                .toList());
    long hours =
        POSTS.stream()
            .map(post -> post.receivedAt().truncatedTo(ChronoUnit.HOURS))
            .distinct()
            .count();
    assertThat(files().keySet().stream().map(name -> name.substring(0, 13)).distinct())
        .hasSize((int) hours);
  }

  @Test
  void aFolderThatCannotBeCreatedIsAnIoException() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertThatThrownBy(() -> new RawObjectWriter(file, SETTINGS).write(POSTS, done -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aRawRootIsAFileUriOrAPath() {
    assertThat(RawObjectWriter.localRoot("file:///data/raw%20events"))
        .isEqualTo(Path.of("/data/raw events"));
    assertThat(RawObjectWriter.localRoot("file:/data/events/")).isEqualTo(Path.of("/data/events"));
    assertThat(RawObjectWriter.localRoot("data/events")).isEqualTo(Path.of("data/events"));
    for (String wrong :
        List.of(
            "s3a://bucket/events", "s3://bucket", "hdfs://h/x", "file://host/x", "file:", " ")) {
      assertThatThrownBy(() -> RawObjectWriter.localRoot(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void batchSizesAreBounded() {
    assertThat(SETTINGS.withBatchSize(10_000).batchSize()).isEqualTo(10_000);
    assertThatThrownBy(() -> SETTINGS.withBatchSize(10_001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SETTINGS.withBatchSize(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Written write(Settings settings) throws IOException {
    return new RawObjectWriter(root, settings).write(TRAFFIC, done -> {});
  }

  private static SimulatedPost first(Kind kind) {
    return POSTS.stream().filter(post -> post.kind() == kind).findFirst().orElseThrow();
  }

  /** Contents by path below the root. */
  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }
}
