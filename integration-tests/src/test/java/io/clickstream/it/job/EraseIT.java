package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erases visitors of the demo's traffic. */
class EraseIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final String[] DAY = {"--from", "2026-11-21T12", "--to", "2026-11-22T12"};

  private static final String VISITORS_EVENTS =
      "SELECT count(*) FROM clickstream_events WHERE client_id = 'visitor'";

  @TempDir Path folder;

  private final List<String> messages = new ArrayList<>();

  private EtlResult etl(String jdbcUrl, Path raw, String... more) throws IOException {
    EtlResult result = TestJob.run(TestJob.arguments(jdbcUrl, raw.toUri(), more), messages::add);
    assertThat(result.failures()).isEmpty();
    return result;
  }

  /** Copies the objects; records with one of the ids become blank lines, or are left out. */
  private static long copyWithout(Path raw, Path copy, Set<String> clientIds) throws IOException {
    long[] removed = new long[1];
    try (Stream<Path> files = Files.walk(raw)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        List<String> lines =
            Arrays.asList(
                new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\n", -1));
        String rest =
            lines.stream()
                .map(
                    line -> {
                      boolean goes = clientIds.contains(clientId(line));
                      removed[0] += goes ? 1 : 0;
                      return goes ? "" : line;
                    })
                .collect(Collectors.joining("\n"));
        if (!rest.isBlank()) {
          Path target = copy.resolve(raw.relativize(file));
          Files.createDirectories(target.getParent());
          Files.write(target, rest.getBytes(StandardCharsets.ISO_8859_1));
          Files.setLastModifiedTime(target, Files.getLastModifiedTime(file));
        }
      }
    }
    return removed[0];
  }

  private static String clientId(String line) {
    try {
      JsonNode event = JSON.readTree(line.getBytes(StandardCharsets.ISO_8859_1));
      return event == null ? "" : event.path("clientId").asText();
    } catch (JsonProcessingException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  @Test
  void theWarehouseIsThatOfAWorldWithoutTheVisitors() throws Exception {
    Path raw = folder.resolve("shop").resolve("events");
    SimulatedObjects.write(raw, new TrafficOptions(3_000, 7, START, Duration.ofHours(24)), 3);
    String warehouse = migrated();
    etl(warehouse, raw, DAY);
    Set<String> visitors =
        Set.copyOf(
            texts(
                warehouse,
                "SELECT client_id FROM clickstream_events WHERE client_id IS NOT NULL"
                    + " GROUP BY 1 ORDER BY count(*) % 7, md5(client_id) LIMIT 10"));
    long events = number(warehouse, "SELECT count(*) FROM clickstream_events");
    String[] erase =
        Stream.concat(Stream.of("--erase"), visitors.stream().map(id -> "--client-id=" + id))
            .toArray(String[]::new);

    JsonNode certificate = JSON.readTree(etl(warehouse, raw, erase).toJson());

    Path without = folder.resolve("without").resolve("events");
    long removed = copyWithout(raw, without, visitors);
    String other = migrated();
    etl(other, without, DAY);
    Map<String, String> expected = dump(other);
    Map<String, String> erased = dump(warehouse);
    assertThat(erased.remove("erased_records").lines().count()).isEqualTo(removed);
    assertThat(expected.remove("erased_records")).isEmpty();
    assertThat(erased).isEqualTo(expected);
    assertThat(certificate.at("/ids/client_ids").asInt()).isEqualTo(10);
    assertThat(certificate.at("/removed/events").asLong())
        .isPositive()
        .isEqualTo(
            events
                + certificate.at("/removed/returned").asLong()
                - number(warehouse, "SELECT count(*) FROM clickstream_events"));
    assertThat(
            certificate.at("/removed/duplicates").asLong()
                + certificate.at("/removed/events").asLong())
        .isEqualTo(removed);
    assertThat(certificate.toString()).doesNotContain(visitors.toArray(String[]::new));

    // A reload without the requests' records is the same, by another path.
    String fromScratch = migrated();
    etl(fromScratch, raw, DAY);
    Map<String, String> reloaded = dump(fromScratch);
    assertThat(reloaded.remove("erased_records").lines().count()).isEqualTo(removed);
    assertThat(messages)
        .anyMatch(line -> line.contains(" rejected + %,d erased, in ".formatted(removed)));
    assertThat(reloaded).isEqualTo(expected);

    // Some hours are packed, so that a purge meets objects, batches and packs.
    Path copy = folder.resolve("copy");
    copyWithout(raw, copy, Set.of());
    etl(
        warehouse,
        raw,
        "--pack",
        "--from",
        "2026-11-21T18",
        "--to",
        "2026-11-22T02",
        "--delete-packed");
    JsonNode purged = JSON.readTree(etl(warehouse, raw, "--erase", "--purge").toJson());
    assertThat(purged.has("request_id")).isFalse();
    for (String kind : List.of("objects", "batches", "packs")) {
      assertThat(purged.at("/purged/" + kind).asLong()).as(kind).isPositive();
    }
    JsonNode again = JSON.readTree(etl(warehouse, raw, "--erase", "--purge").toJson());
    assertThat(again.at("/purged").toString())
        .isEqualTo("{\"batches\":0,\"objects\":0,\"packs\":0}");

    // Without the requests, what is left is the world without the visitors.
    Path alone = folder.resolve("alone").resolve("events");
    copyWithout(raw, alone, Set.of());
    String fromPurged = migrated();
    etl(fromPurged, alone, DAY);
    assertThat(dump(fromPurged)).isEqualTo(dump(other));

    // The purged objects come back from a copy: no row changes.
    copyWithout(copy, raw, Set.of());
    Map<String, String> before = dump(warehouse);
    etl(warehouse, raw, DAY);
    assertThat(dump(warehouse)).isEqualTo(before);
  }

  /** A visitor who sends the event ids of another one, and before her. */
  @Test
  void duplicatesOfErasedEventsReturnInPartsOfABoundedNumberOfRecords() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("twins").resolve("events"));
    int events = 3;
    for (int i = 0; i < events; i++) {
      raw.event("2026-11-21T13", i, event(i, "impostor", 10));
      raw.event("2026-11-21T13", events + i, event(i, "visitor", 20));
    }
    String warehouse = migrated();
    etl(warehouse, raw.root(), DAY);
    assertThat(number(warehouse, VISITORS_EVENTS)).isZero();

    JsonNode certificate =
        JSON.readTree(
            etl(warehouse, raw.root(), "--erase", "--client-id=impostor", "--slice-records", "2")
                .toJson());

    assertThat(certificate.at("/removed/returned").asInt()).isEqualTo(events);
    assertThat(number(warehouse, VISITORS_EVENTS)).isEqualTo(events);
    assertThat(number(warehouse, "SELECT count(*) FROM etl_returning_records")).isZero();
    // The erasure, a part of two records, and one of the last record.
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs WHERE mode = 'erase'"))
        .isEqualTo(3);
    assertThat(number(warehouse, "SELECT max(inserted) FROM etl_runs WHERE mode = 'erase'"))
        .isEqualTo(2);
  }

  private static String event(int number, String clientId, int second) {
    return """
        {"eventId":"%s","eventName":"page_view","clientId":"%s",
         "_ingest":{"receivedAt":"2026-11-21T13:00:%02dZ"}}"""
        .formatted(new UUID(0x4000L, number), clientId, second);
  }
}
