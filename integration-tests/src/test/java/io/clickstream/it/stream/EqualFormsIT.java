package io.clickstream.it.stream;

import static io.clickstream.testing.TestWarehouses.dumpWithoutObjectKeys;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.event.RawKey;
import io.clickstream.it.HandClock;
import io.clickstream.it.RunningFollower;
import io.clickstream.it.TestJob;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.servers.Home;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.RecordingS3;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * The same events give the same rows by single objects, batch objects, packs and the stream, loaded
 * in one run, hour by hour in any order, or by a follower while the objects arrive in any order.
 *
 * <p>Objects of the stream are written by the deployable function, from batches of random sizes, of
 * which some are given again, whole or in halves. Only object keys, and so the records that lose
 * against an equal one, depend on the form.
 */
class EqualFormsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final int HOURS = 3;
  private static final int EVENTS = 400;
  private static final int MAX_BATCH = 60;
  private static final int SHARDS = 2;
  private static final String BUCKET = "clickstream-s3-ingest";

  /** An event as it is stored. */
  private record Event(String key, Instant receivedAt, String client, String id, String json) {

    static Event read(Path root, Path file) throws IOException {
      String json = Files.readString(file).replace('\n', ' ');
      JsonNode event = JSON.readTree(json);
      return new Event(
          root.relativize(file).toString(),
          Instant.parse(event.at("/_ingest/receivedAt").asText()),
          event.path("clientId").asText(),
          event.path("eventId").asText(),
          json);
    }

    Instant hour() {
      return RawKey.hourOf(key);
    }

    /** Returns whether the event may be in another form: its id does not derive from its key. */
    boolean hasId() {
      return !id.isBlank();
    }
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void formsSlicesAndOrderDoNotMatter(@ForAll long seed) throws Exception {
    TestSpark.session();
    Random random = new Random(seed);
    Path folder = Files.createTempDirectory("forms-");
    try {
      List<Event> events = simulated(folder.resolve("simulated"), seed);
      RawFolder singles = new RawFolder(folder.resolve("singles"));
      RawFolder batches = new RawFolder(folder.resolve("batches"));
      RawFolder mixed = new RawFolder(folder.resolve("mixed"));
      List<Event> mixedBatches = new ArrayList<>();
      List<Event> mixedStream = new ArrayList<>();
      for (Event event : events) {
        single(singles, event);
        switch (event.hasId() ? random.nextInt(3) : 0) {
          case 0 -> single(mixed, event);
          case 1 -> mixedBatches.add(event);
          default -> mixedStream.add(event);
        }
      }
      writeBatches(batches, events, random);
      writeBatches(mixed, mixedBatches, random);
      writeByStream(folder.resolve("stream"), events, random);
      writeByStream(folder.resolve("mixed"), mixedStream, random);
      RawFolder packs = new RawFolder(folder.resolve("packs"));
      events.forEach(event -> single(packs, event));
      TestJob.pack(packs.uri(), window("--delete-packed"));

      Map<String, String> reference = atOnce(singles.root());
      assertThat(reference.get("clickstream_events").lines().count()).isGreaterThan(EVENTS / 2);
      assertEqual("batches by hours", byHours(batches.root(), random), reference);
      assertEqual("packs", atOnce(packs.root()), reference);
      assertEqual("the stream, followed", followed(folder.resolve("stream"), random), reference);
      assertEqual("all forms, followed", followed(mixed.root(), random), reference);
      assertEqual("all forms by hours", byHours(mixed.root(), random), reference);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
    delete(folder);
  }

  /** Compares table by table, so that a difference can be read. */
  private static void assertEqual(
      String form, Map<String, String> rows, Map<String, String> reference) {
    assertThat(rows.keySet()).as(form).isEqualTo(reference.keySet());
    rows.forEach(
        (table, text) ->
            assertThat(text.lines())
                .as("%s, table %s", form, table)
                .containsExactlyElementsOf(reference.get(table).lines().toList()));
  }

  private static List<Event> simulated(Path raw, long seed) throws IOException {
    new RawObjectWriter(raw, RawObjectWriter.Settings.standard().withBroken(false))
        .write(
            new Traffic(new TrafficOptions(EVENTS, seed, START, Duration.ofHours(HOURS))),
            done -> {});
    List<Event> events = new ArrayList<>();
    for (Path file : files(raw)) {
      events.add(Event.read(raw, file));
    }
    events.sort(Comparator.comparing(Event::receivedAt).thenComparing(Event::key));
    return events;
  }

  private static void single(RawFolder folder, Event event) {
    folder.write(event.key(), event.json().getBytes(StandardCharsets.UTF_8));
  }

  private static void writeBatches(RawFolder folder, List<Event> events, Random random) {
    Map<Instant, List<Event>> hours = new TreeMap<>();
    for (Event event : events) {
      if (event.hasId()) {
        hours.computeIfAbsent(event.hour(), hour -> new ArrayList<>()).add(event);
      } else {
        single(folder, event);
      }
    }
    hours.forEach(
        (hour, ofHour) -> {
          Collections.shuffle(ofHour, random);
          for (List<Event> part : parts(ofHour, random)) {
            StringBuilder lines = new StringBuilder();
            part.forEach(event -> lines.append(event.json()).append('\n'));
            folder.write(
                RawKey.received(hour, RawKey.Kind.BATCH, new UUID(random.nextLong(), 1)),
                lines.toString().getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static <T> List<List<T>> parts(List<T> all, Random random) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); ) {
      int to = Math.min(all.size(), from + 1 + random.nextInt(MAX_BATCH));
      parts.add(all.subList(from, to));
      from = to;
    }
    return parts;
  }

  /** Gives the events to the writer of the stream as Lambda would, and adds its objects. */
  private static void writeByStream(Path root, List<Event> events, Random random) throws Exception {
    RawFolder folder = new RawFolder(root);
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime writer =
            new LambdaRuntime(
                LambdaFunction.ingest(
                        Home.find().ingestLambda(),
                        BUCKET,
                        s3.endpoint(),
                        "us-east-1",
                        "key",
                        "secret",
                        Map.of())
                    .streamWriter(),
                1,
                100,
                Files.createTempDirectory("writer-"))) {
      List<List<ObjectNode>> shards = new ArrayList<>();
      for (int shard = 0; shard < SHARDS; shard++) {
        shards.add(new ArrayList<>());
      }
      for (Event event : events) {
        if (event.hasId()) {
          int shard = Math.floorMod(event.client().hashCode(), SHARDS);
          shards.get(shard).add(onStream(event, shard, shards.get(shard).size(), random));
        } else {
          single(folder, event);
        }
      }
      for (List<ObjectNode> shard : shards) {
        for (List<ObjectNode> batch : parts(shard, random)) {
          give(writer, batch);
          switch (random.nextInt(8)) {
            case 0 -> give(writer, batch);
            case 1 -> {
              give(writer, batch.subList(0, batch.size() / 2));
              give(writer, batch.subList(batch.size() / 2, batch.size()));
            }
            default -> {}
          }
        }
      }
      s3.objects()
          .forEach(
              (key, body) ->
                  folder.write(
                      key.substring(("/" + BUCKET + "/" + RawKey.ROOT + "/").length()),
                      body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static ObjectNode onStream(Event event, int shard, int place, Random random) {
    ObjectNode item = JSON.createObjectNode();
    String number = "4959%06d".formatted(place);
    item.put("eventID", "shardId-%012d:%s".formatted(shard, number));
    ObjectNode kinesis = item.putObject("kinesis");
    kinesis.put("sequenceNumber", number);
    kinesis.put("data", (event.json() + "\n").getBytes(StandardCharsets.UTF_8));
    kinesis.put(
        "approximateArrivalTimestamp",
        BigDecimal.valueOf(
            event.receivedAt().plusMillis(random.nextInt(30_000)).toEpochMilli(), 3));
    return item;
  }

  private static void give(LambdaRuntime writer, List<ObjectNode> batch) throws Exception {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    batch.forEach(records::add);
    byte[] answer =
        writer
            .invoke(JSON.writeValueAsBytes(event), "Root=1-1-1")
            .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private static Map<String, String> atOnce(Path raw) throws Exception {
    String warehouse = migrated();
    load(warehouse, raw, window());
    return rows(warehouse);
  }

  private static Map<String, String> byHours(Path raw, Random random) throws Exception {
    String warehouse = migrated();
    List<Instant> hours = hours();
    Collections.shuffle(hours, random);
    for (Instant hour : hours) {
      load(warehouse, raw, "--hour", hour.toString().substring(0, 13));
    }
    return rows(warehouse);
  }

  /** Loads objects by a follower while they arrive in any order. */
  private static Map<String, String> followed(Path all, Random random) throws Exception {
    String warehouse = migrated();
    Path raw = Files.createDirectories(all.resolveSibling(all.getFileName() + "-followed"));
    List<Path> files = files(all);
    Collections.shuffle(files, random);
    HandClock clock = new HandClock(START);
    List<String> arguments =
        TestJob.arguments(warehouse, raw.toUri(), "--follow", "1s", "--timezone", "UTC");
    try (RunningFollower follower = new RunningFollower(arguments, clock)) {
      for (int part = 0; part < HOURS; part++) {
        for (Path file :
            files.subList(files.size() * part / HOURS, files.size() * (part + 1) / HOURS)) {
          Path copy = raw.resolve(all.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
        clock.stepAt(START.plus(Duration.ofHours(part)), follower);
      }
      // A visit of all hours of the look-back.
      clock.stepAt(START.plus(Duration.ofHours(HOURS)), follower);
      assertThat(follower.stop().total().isBalanced()).isTrue();
      assertThat(follower.faults()).isEmpty();
    }
    return rows(warehouse);
  }

  private static Map<String, String> rows(String warehouse) throws Exception {
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    return dumpWithoutObjectKeys(warehouse);
  }

  private static void load(String warehouse, Path raw, String... more) throws IOException {
    List<String> arguments = TestJob.arguments(warehouse, raw.toUri(), more);
    arguments.addAll(List.of("--timezone", "UTC"));
    assertThat(TestJob.run(arguments).total().isBalanced()).isTrue();
  }

  private static String[] window(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(
        List.of(
            "--from",
            START.toString().substring(0, 13),
            "--to",
            START.plus(Duration.ofHours(HOURS + 1)).toString().substring(0, 13)));
    return arguments.toArray(String[]::new);
  }

  private static List<Instant> hours() {
    List<Instant> hours = new ArrayList<>();
    for (int hour = 0; hour <= HOURS; hour++) {
      hours.add(START.plus(Duration.ofHours(hour)));
    }
    return hours;
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
