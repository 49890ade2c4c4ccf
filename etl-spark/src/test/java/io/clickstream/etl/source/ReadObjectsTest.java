package io.clickstream.etl.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadObjectsTest {

  private static final String HOUR = "2026-11-22T13";
  private static final Instant THIRTEEN = Instant.parse("2026-11-22T13:00:00Z");

  @TempDir Path root;
  private RawFolder raw;

  @BeforeEach
  void prepareFolder() {
    raw = new RawFolder(root);
  }

  private ListedObjects listed() throws IOException {
    return RawStores.of(raw).list(THIRTEEN, THIRTEEN).objects();
  }

  private List<Row> read(List<ListedObject> objects) {
    return new ReadObjects(RawStores.of(raw), 3)
        .read(TestSpark.session(), List.of(packed(objects)))
        .collectAsList();
  }

  private static ListedObjects packed(List<ListedObject> objects) {
    ListedObjects.Builder packed = new ListedObjects.Builder(THIRTEEN);
    objects.forEach(packed::add);
    return packed.build();
  }

  private List<Row> read() throws IOException {
    return read(listed());
  }

  /** Returns the bodies of the records by key. */
  private static List<String> records(List<Row> rows) {
    return rows.stream()
        .filter(RawRow.RECORD::holds)
        .map(
            row ->
                row.getString(1)
                    + " -> "
                    + new String(row.<byte[]>getAs(RawRow.RECORD.indexOf("body")), UTF_8))
        .toList();
  }

  /** Returns key, outcome, number of records and detail of the objects. */
  private static List<String> objects(List<Row> rows) {
    return rows.stream()
        .filter(RawRow.OBJECT::holds)
        .map(
            row ->
                Arrays.stream(RawRow.OBJECT.values(row))
                    .map(String::valueOf)
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  @Test
  void anEventObjectIsOneRecordWithTheKeyOfTheObject() throws IOException {
    RawKey key = raw.event(HOUR, 1, "{'a':1}\n");
    List<Row> rows = read();
    assertThat(rows.get(0).schema()).isEqualTo(RawRow.ALL.sparkSchema());
    assertThat(records(rows)).containsExactly(key.relative() + " -> {'a':1}\n");
    assertThat(rows.get(0).getLong(RawRow.RECORD.indexOf("last_modified")))
        .isEqualTo(Instant.parse("2026-11-22T13:05:08.250Z").toEpochMilli() * 1_000);
    assertThat(rows.get(0).getLong(RawRow.RECORD.indexOf("length"))).isEqualTo(8);
    assertThat(objects(rows)).containsExactly(key.relative() + " read 1 null");
  }

  @Test
  void anEmptyEventObjectIsARecordToo() throws IOException {
    RawKey key = raw.event(HOUR, 1, "");
    assertThat(records(read())).containsExactly(key.relative() + " -> ");
  }

  @Test
  void aBatchObjectIsSplitAtLineFeedsAndNumberedFromOne() throws IOException {
    String key = raw.batch(HOUR, 1, "{'a':1}\n{'b':2}\n").relative();
    List<Row> rows = read();
    assertThat(records(rows)).containsExactly(key + "#1 -> {'a':1}", key + "#2 -> {'b':2}");
    assertThat(objects(rows)).containsExactly(key + " read 2 null");
  }

  @Test
  void theLastLineNeedsNoLineFeed() throws IOException {
    String key = raw.batch(HOUR, 1, "a\nb").relative();
    assertThat(records(read())).containsExactly(key + "#1 -> a", key + "#2 -> b");
  }

  @Test
  void aBlankLineHasANumberButNoRecord() throws IOException {
    String key = raw.batch(HOUR, 1, "\n \t\na\n\r\n\nb\n\n").relative();
    List<Row> rows = read();
    assertThat(records(rows)).containsExactly(key + "#3 -> a", key + "#6 -> b");
    assertThat(objects(rows)).containsExactly(key + " read 2 null");
  }

  @Test
  void onlyALineFeedEndsALine() throws IOException {
    String body = "a\r\nb\rc\u0085d\u2028e\u000Bf\u000Cg";
    String key = raw.batch(HOUR, 1, body).relative();
    assertThat(records(read()))
        .containsExactly(key + "#1 -> a\r", key + "#2 -> b\rc\u0085d\u2028e\u000Bf\u000Cg");
  }

  @Test
  void anEmptyBatchHasNoRecord() throws IOException {
    String empty = raw.batch(HOUR, 1, "").relative();
    String blank = raw.batch(HOUR, 2, "\n\n").relative();
    List<Row> rows = read();
    assertThat(records(rows)).isEmpty();
    assertThat(objects(rows)).containsExactly(empty + " read 0 null", blank + " read 0 null");
  }

  @Test
  void aLineMayBeLongerThanTheBuffer() throws IOException {
    String first = "x".repeat(100_000);
    String second = "y".repeat((64 << 10) - 1);
    String third = "z".repeat(64 << 10);
    String key = raw.batch(HOUR, 1, first + "\n" + second + "\n" + third).relative();
    assertThat(records(read()))
        .containsExactly(key + "#1 -> " + first, key + "#2 -> " + second, key + "#3 -> " + third);
  }

  @Test
  void aRecordOverOneMebibyteIsCutToSixtyFourKibibytes() throws IOException {
    raw.event(HOUR, 1, "a".repeat(Limits.RECORD_BYTES));
    raw.event(HOUR, 2, "b".repeat(Limits.RECORD_BYTES + 1));
    raw.event(HOUR, 3, "c".repeat(5_000_000));
    raw.batch(
        HOUR,
        4,
        "d".repeat(Limits.RECORD_BYTES)
            + "\n"
            + "e".repeat(Limits.RECORD_BYTES + 1)
            + "\n"
            + "f".repeat(3_000_000)
            + "\ng");
    assertThat(
            read().stream()
                .filter(RawRow.RECORD::holds)
                .map(
                    row -> {
                      byte[] body = row.getAs(RawRow.RECORD.indexOf("body"));
                      return (char) body[0]
                          + " "
                          + body.length
                          + " of "
                          + row.getLong(RawRow.RECORD.indexOf("length"));
                    }))
        .containsExactlyInAnyOrder(
            "a 1048576 of 1048576",
            "b 65536 of 1048577",
            "c 65536 of 5000000",
            "d 1048576 of 1048576",
            "e 65536 of 1048577",
            "f 65536 of 3000000",
            "g 1 of 1");
  }

  @Test
  void anObjectDeletedAfterTheListingHasVanished() throws IOException {
    raw.event(HOUR, 1, "{}");
    RawKey gone = raw.event(HOUR, 2, "{}");
    RawKey goneBatch = raw.batch(HOUR, 3, "{}\n");
    List<ListedObject> listed = listed();
    raw.delete(gone);
    raw.delete(goneBatch);
    List<Row> rows = read(listed);
    assertThat(records(rows)).hasSize(1);
    assertThat(objects(rows))
        .contains(gone.relative() + " vanished 0 null", goneBatch.relative() + " vanished 0 null")
        .hasSize(3);
  }

  @Test
  void anObjectShorterThanListedIsUnreadable() throws IOException {
    RawKey event = raw.event(HOUR, 1, "{}");
    RawKey batch = raw.batch(HOUR, 2, "{}\n{}\n");
    List<ListedObject> longer = new ArrayList<>();
    for (ListedObject object : listed()) {
      longer.add(new ListedObject(object.key(), object.size() + 10, object.lastModifiedMillis()));
    }
    List<Row> rows = read(longer);
    assertThat(records(rows)).isEmpty();
    assertThat(objects(rows))
        .containsExactlyInAnyOrder(
            event.relative() + " unreadable 0 ended after 2 of 12 bytes",
            batch.relative() + " unreadable 0 ended after 6 of 16 bytes");
  }

  @Test
  void manyObjectsAreAllReadOnceWithFewRequestsInFlight() throws IOException {
    for (int i = 0; i < 300; i++) {
      raw.event(HOUR, i, "{'n':" + i + "}");
    }
    List<Row> rows = read();
    assertThat(records(rows)).hasSize(300).doesNotHaveDuplicates();
    assertThat(objects(rows)).hasSize(300).allMatch(object -> object.endsWith(" read 1 null"));
  }

  @Test
  void noObjectsGiveNoRows() {
    assertThat(read(List.of())).isEmpty();
  }

  @Test
  void aLargeBatchWaitsInAFileThatIsDeletedAfterwards() throws IOException {
    String line = "{'n':'" + "x".repeat(1_000) + "'}";
    int lines = ReadObject.IN_MEMORY_BYTES / line.length() + 10;
    String key = raw.batch(HOUR, 1, (line + "\n").repeat(lines)).relative();
    raw.event(HOUR, 2, "{}");
    long spooledBefore = spooled();
    List<Row> rows = read();
    assertThat(records(rows)).hasSize(lines + 1).contains(key + "#" + lines + " -> " + line);
    assertThat(objects(rows)).contains(key + " read " + lines + " null");
    assertThat(spooled()).isEqualTo(spooledBefore);
  }

  @Test
  void aLargeBatchShorterThanListedHasNoRecords() throws IOException {
    raw.batch(HOUR, 1, "{}\n".repeat(ReadObject.IN_MEMORY_BYTES / 3 + 1));
    ListedObject object = listed().get(0);
    List<Row> rows =
        read(
            List.of(
                new ListedObject(object.key(), object.size() + 1, object.lastModifiedMillis())));
    assertThat(records(rows)).isEmpty();
    assertThat(objects(rows))
        .hasSize(1)
        .allMatch(row -> row.contains(" unreadable 0 ended after "));
  }

  @Test
  void anObjectThatGrewAfterTheListingIsReadWhole() throws IOException {
    RawKey event = raw.event(HOUR, 1, "{'a':12}");
    String batch = raw.batch(HOUR, 2, "{'b':1}\n{'b':2}\n").relative();
    List<ListedObject> smaller = new ArrayList<>();
    for (ListedObject object : listed()) {
      smaller.add(new ListedObject(object.key(), 2, object.lastModifiedMillis()));
    }
    assertThat(records(read(smaller)))
        .containsExactlyInAnyOrder(
            event.relative() + " -> {'a':12}", batch + "#1 -> {'b':1}", batch + "#2 -> {'b':2}");
  }

  private static long spooled() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("clickstream-batch-"))
          .count();
    }
  }

  private static ListedObjects objects(String hour, RawKey.Kind kind, int count, long size) {
    ListedObjects.Builder objects = new ListedObjects.Builder(Instant.parse(hour + ":00:00Z"));
    for (int i = 0; i < count; i++) {
      objects.add(new ListedObject(RawFolder.key(hour, kind, i), size, 0));
    }
    return objects.build();
  }

  private static int size(List<ListedObjects> part) {
    return part.stream().mapToInt(List::size).sum();
  }

  @Test
  void theTasksAreAMultipleOfTheCoresAndEqualInSize() {
    List<ListedObjects> hours =
        List.of(
            objects(HOUR, RawKey.Kind.EVENT, 60_001, 700),
            objects("2026-11-22T14", RawKey.Kind.EVENT, 1, 700),
            objects("2026-11-22T15", RawKey.Kind.EVENT, 39_998, 700));
    assertThat(ReadObjects.spread(hours, 2)).hasSize(6).allMatch(part -> size(part) <= 16_667);
    assertThat(ReadObjects.spread(hours, 2).stream().flatMap(List::stream).flatMap(List::stream))
        .containsExactlyElementsOf(hours.stream().flatMap(List::stream).toList());
    assertThat(ReadObjects.spread(hours, 8)).hasSize(8);
  }

  @Test
  void aBatchCountsAsTheRecordsThatItMayHold() {
    List<ListedObjects> hours =
        List.of(
            objects(HOUR, RawKey.Kind.EVENT, 1_000, 700),
            objects("2026-11-22T14", RawKey.Kind.BATCH, 2, 349_300));
    assertThat(ReadObjects.spread(hours, 2))
        .extracting(ReadObjectsTest::size)
        .containsExactly(1_000, 2);
  }

  @Test
  void fewObjectsGiveFewTasks() {
    assertThat(ReadObjects.spread(List.of(objects(HOUR, RawKey.Kind.EVENT, 3, 700)), 8)).hasSize(3);
    assertThat(ReadObjects.spread(List.of(), 8)).isEmpty();
    assertThat(ReadObjects.spread(List.of(objects(HOUR, RawKey.Kind.EVENT, 0, 0)), 8)).isEmpty();
  }

  @Test
  void oneTaskReadsRecordsOfSeveralHours() throws IOException {
    raw.event(HOUR, 1, "{'a':1}");
    raw.event("2026-11-22T14", 2, "{'a':2}");
    Instant fourteen = Instant.parse("2026-11-22T14:00:00Z");
    List<ListedObjects> hours =
        List.of(listed(), RawStores.of(raw).list(fourteen, fourteen).objects());
    assertThat(
            records(
                new ReadObjects(RawStores.of(raw), 3)
                    .read(TestSpark.session(), hours)
                    .coalesce(1)
                    .collectAsList()))
        .extracting(record -> record.replaceAll(".* -> ", ""))
        .containsExactly("{'a':1}", "{'a':2}");
  }
}
