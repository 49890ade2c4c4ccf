package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PurgeRecordsTest {

  private static final String HOUR = "2026-11-22T13";

  @TempDir Path root;

  private static String without(String batch, Integer... lines) {
    byte[] rest =
        PurgeRecords.without(
            batch.getBytes(StandardCharsets.UTF_8), Set.copyOf(Arrays.asList(lines)));
    return rest == null ? null : new String(rest, StandardCharsets.UTF_8);
  }

  @Test
  void otherLinesKeepTheirNumbers() {
    assertThat(without("a\nb\nc\n", 2)).isEqualTo("a\n\nc\n");
    assertThat(without("a\nb", 2)).isEqualTo("a\n");
    assertThat(without("a\r\nb\r\nc", 1, 3)).isEqualTo("\nb\r\n");
    assertThat(without("a\n\nc", 4)).isEqualTo("a\n\nc");
    assertThat(without("a\n \t\r\nb\n", 1, 3)).isNull();
  }

  @Test
  void aBatchBecomesACopyInAPackAndAnEventIsDeleted() throws Exception {
    RawFolder raw = new RawFolder(root);
    RawKey event = raw.event(HOUR, 1, "{}");
    RawKey other = raw.event(HOUR, 2, "{}");
    RawKey batch = raw.batch(HOUR, 3, "{\"a\":1}\n{\"b\":2}\n");
    RawKey whole = raw.batch(HOUR, 4, "{\"c\":3}\n");
    PurgeRecords.Outcome outcome =
        new PurgeRecords(RawStores.of(raw))
            .purge(
                List.of(
                    event.relative(),
                    RawKey.ofLine(batch.relative(), 2),
                    RawKey.ofLine(whole.relative(), 1)));

    assertThat(outcome).isEqualTo(new PurgeRecords.Outcome(3, 1, 0, List.of()));
    assertThat(names())
        .hasSize(2)
        .contains(other.fileName())
        .anyMatch(name -> name.startsWith("pack-"));
    PackContents pack =
        RawStores.of(raw)
            .contents(RawStores.of(raw).list(event.hour(), event.hour()).packs().files().get(0));
    assertThat(pack.objects().stream().map(object -> object.key())).containsExactly(batch);
    // The last line of the pack goes, and with it the pack.
    outcome =
        new PurgeRecords(RawStores.of(raw)).purge(List.of(RawKey.ofLine(batch.relative(), 1)));
    assertThat(outcome).isEqualTo(new PurgeRecords.Outcome(0, 0, 1, List.of()));
    assertThat(names()).containsExactly(other.fileName());
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toList());
    }
  }

  @Test
  void aFileThatIsNoPackIsNamedAndOthersArePurged() throws Exception {
    RawFolder raw = new RawFolder(root);
    RawKey event = raw.event(HOUR, 1, "{}");
    raw.write(RawFolder.key(HOUR, RawKey.Kind.PACK, 9), "no pack".getBytes(StandardCharsets.UTF_8));
    PurgeRecords.Outcome outcome =
        new PurgeRecords(RawStores.of(raw)).purge(List.of(event.relative()));
    assertThat(outcome.objects()).isOne();
    assertThat(outcome.failures()).singleElement().asString().contains("is not a pack");
  }
}
