package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.etl.source.ErasureRequests.Found;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErasureRequestsTest {

  private static final UUID ID = UUID.fromString("0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21");
  private static final String HASH = ErasureRequest.sha256("visitor");

  @TempDir Path folder;

  private ErasureRequests requests;
  private Path file;

  @BeforeEach
  void createFolders() throws IOException {
    requests = new ErasureRequests(store(folder.resolve("events").toUri().toString()));
    Files.createDirectory(folder.resolve("erasures"));
    file = folder.resolve("erasures").resolve(ID + ".json");
  }

  private static RawStore store(String root) {
    return new RawStore(URI.create(root), new Configuration());
  }

  private Found read(String json) throws IOException {
    Files.writeString(file, json);
    return requests.read(Set.of());
  }

  @Test
  void aRequestIsReadAsItWasWritten() throws IOException {
    ErasureRequest request =
        new ErasureRequest(
            ID,
            Instant.parse("2026-11-22T13:00:00.123456Z"),
            Instant.parse("2026-11-01T00:00:00Z"),
            Map.of(
                Kind.CLIENT, Set.of(HASH),
                Kind.USER, Set.of(ErasureRequest.sha256("user")),
                Kind.EVENT, Set.of("00000000-0000-4000-8000-00000000000a"),
                Kind.OBJECT,
                    Set.of("2026/11/22/13/batch-00000000-0000-4000-8000-000000000001.ndjson#7")));
    requests.write(request);
    assertThat(requests.read(Set.of())).isEqualTo(new Found(List.of(request), List.of()));
    assertThat(requests.read(Set.of(ID)).requests()).isEmpty();
    assertThat(Files.readString(file)).doesNotContain("visitor");
  }

  @Test
  void withoutAFolderThereIsNoRequest() throws IOException {
    Files.delete(folder.resolve("erasures"));
    assertThat(requests.read(Set.of())).isEqualTo(new Found(List.of(), List.of()));
  }

  @Test
  void theTimeOfTheRequestIsTheBoundUnlessItNamesOne() throws IOException {
    ErasureRequest request =
        read("{\"requestedAt\":\"2026-11-22T20:00:00+07:00\",\"clientIds\":[\""
                + HASH.toUpperCase(Locale.ROOT)
                + "\"]}")
            .requests()
            .get(0);
    assertThat(request.receivedBefore()).isEqualTo("2026-11-22T13:00:00Z");
    assertThat(request.ids(Kind.CLIENT)).containsExactly(HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no|it is not JSON",
        "[]|it is not a JSON object",
        "{}|requestedAt is missing",
        "{'requestedAt':'T'}|0 ids instead of 1 to 10000",
        "{'requestedAt':'T','userIds':[]}|0 ids instead of 1 to 10000",
        "{'requestedAt':'yesterday'}|requestedAt is not a time such as 2026-11-22T13:00:00Z",
        "{'requestedAt':'1999-12-31T23:59:59Z'}|requestedAt is not a time such as 2026-11-22T13:00:00Z, from 2000 to 2100",
        "{'requestedAt':7}|requestedAt is not a time such as 2026-11-22T13:00:00Z, from 2000 to 2100",
        "{'requestedAt':'T','userId':['x']}|the field userId is unknown",
        "{'requestedAt':'T','requestedAt':'T'}|the field requestedAt is there twice",
        "{'requestedAt':'T','userIds':'x'}|userIds is not an array",
        "{'requestedAt':'T','userIds':[7]}|userIds has a value that is not a text",
        "{'requestedAt':'T','userIds':['anna']}|userIds has a value that is not a SHA-256 of 64 hexadecimal digits",
        "{'requestedAt':'T','eventIds':[' ']}|eventIds has a blank value",
        "{'requestedAt':'T','objectKeys':['../x']}|objectKeys has a value that is not a key such as 2026/11/22/13/event-<uuid>.json or 2026/11/22/13/batch-<uuid>.ndjson#7",
        "{'requestedAt':'T','eventIds':['x']} {}|something follows the JSON object",
      })
  void aRequestThatIsNotWellFormedIsNamed(String json, String reason) throws IOException {
    Found found = read(json.replace('\'', '"').replace("\"T\"", "\"2026-11-22T13:00:00Z\""));
    assertThat(found.requests()).isEmpty();
    assertThat(found.refused())
        .containsExactly(
            "Cannot apply the erasure request erasures/%s.json: %s. Write a correct request, and delete this one."
                .formatted(ID, reason));
  }

  @Test
  void aRequestMayHaveOneMebibyte() throws IOException {
    String request = "{\"requestedAt\":\"2026-11-22T13:00:00Z\",\"eventIds\":[\"x\"]}";
    String filled = request + " ".repeat(ErasureRequests.MAX_BYTES - request.length());
    assertThat(read(filled).requests()).hasSize(1);
    assertThat(read(filled + " ").refused())
        .singleElement()
        .asString()
        .contains("more than 1048576 bytes: write several requests");
  }

  @Test
  void otherNamesThanUuidsAreNamedAndOtherFilesAreLeftAlone() throws IOException {
    Files.writeString(folder.resolve("erasures/anna.json"), "{}");
    Files.writeString(folder.resolve("erasures/notes.txt"), "x");
    assertThat(requests.read(Set.of()).refused())
        .singleElement()
        .asString()
        .startsWith("Cannot apply the erasure request erasures/anna.json: the name is not a UUID");
  }

  @ParameterizedTest
  @CsvSource({"events", "events/", "events//", "a/events", "a/b/events/"})
  void requestsAreBesideTheRawRoot(String root) throws IOException {
    Path events = folder.resolve(root.replaceAll("/+$", ""));
    Path erasures = events.resolveSibling("erasures");
    Files.createDirectories(erasures);
    Files.write(
        erasures.resolve(ID + ".json"),
        "{\"requestedAt\":\"2026-11-22T13:00:00Z\",\"eventIds\":[\"x\"]}"
            .getBytes(StandardCharsets.UTF_8));
    String uri = folder.toUri() + root;
    assertThat(new ErasureRequests(store(uri)).read(Set.of()).requests()).hasSize(1);
  }
}
