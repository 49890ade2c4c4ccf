package io.clickstream.etl.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackReaderTest {

  private static final RawKey PACK = RawFolder.key(PackedHour.TEXT, RawKey.Kind.PACK, 1);
  private static final String KEY = event(1);

  private static final String PLAIN =
      "message m { required binary key (STRING); required int64 last_modified"
          + " (TIMESTAMP(MICROS,true)); required binary body; }";

  private static final MessageType SCHEMA = PackSchema.WRITTEN;

  @TempDir Path root;
  private RawFolder raw;
  private PackedHour hour;

  @BeforeEach
  void createHour() {
    raw = new RawFolder(root);
    hour = new PackedHour(raw);
  }

  private static String event(int number) {
    return RawFolder.key(PackedHour.TEXT, RawKey.Kind.EVENT, number).relative();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void write(List<PackedObject> rows) throws IOException {
    Path file = Files.createTempFile(root, "x", ".parquet");
    try (PackWriter writer = new PackWriter(file)) {
      for (PackedObject row : rows) {
        writer.write(row);
      }
    }
    raw.write(PACK, Files.readAllBytes(file));
    Files.delete(file);
  }

  private PackContents contents() throws Exception {
    return hour.store().contents(hour.pack());
  }

  /** Returns what the job reads of the hour. */
  private List<String> read() throws IOException {
    return read(true);
  }

  private List<String> read(boolean packsFirst) throws IOException {
    HourListing listing = hour.list();
    List<ListedPacks.Examined> examined = ListedPacks.examine(List.of(listing.packs()));
    ListedObjects objects =
        listing
            .objects()
            .and(
                examined.stream()
                    .filter(ListedPacks.Examined::isPack)
                    .map(ListedPacks.Examined::contents)
                    .toList(),
                examined.stream()
                    .filter(file -> !file.isPack())
                    .map(ListedPacks.Examined::file)
                    .toList(),
                packsFirst);
    return new ReadObjects(hour.store(), 2)
        .read(TestSpark.session(), List.of(objects)).collectAsList().stream()
            .map(PackReaderTest::text)
            .toList();
  }

  private static String text(Row row) {
    if (RawRow.OBJECT.holds(row)) {
      return Arrays.toString(RawRow.OBJECT.values(row));
    }
    Object[] values = RawRow.RECORD.values(row);
    return "[%s, %s, %s, %s]"
        .formatted(values[0], values[1], new String((byte[]) values[2], UTF_8), values[3]);
  }

  @Test
  void packedObjectsGiveTheSameRowsAsByThemselves() throws Exception {
    raw.event(PackedHour.TEXT, 1, "{'a':1}");
    raw.event(PackedHour.TEXT, 2, "");
    raw.event(PackedHour.TEXT, 3, "x".repeat(2 << 20));
    raw.batch(PackedHour.TEXT, 4, "{'b':1}\n \n{'b':3}");
    raw.batch(PackedHour.TEXT, 5, "\n");
    List<String> alone = read();
    assertThat(alone).hasSize(10);
    hour.pack(false);
    assertThat(read()).containsExactlyInAnyOrderElementsOf(alone);
    assertThat(read(false)).containsExactlyInAnyOrderElementsOf(alone);
    hour.pack(true);
    assertThat(hour.list().objects()).isEmpty();
    assertThat(read()).containsExactlyInAnyOrderElementsOf(alone);
  }

  @Test
  void aKeyInTwoPacksIsOneObject() throws Exception {
    for (int i = 0; i < 5; i++) {
      raw.event(PackedHour.TEXT, i, "{'a':" + i + "}");
    }
    List<String> alone = read();
    hour.pack(false);
    write(
        List.of(
            new PackedObject(
                event(3), RawFolder.LAST_MODIFIED.toEpochMilli() * 1_000, bytes("{'a':3}"))));
    assertThat(hour.list().packs().files()).hasSize(2);
    assertThat(read()).containsExactlyInAnyOrderElementsOf(alone);
    for (int i = 0; i < 5; i++) {
      raw.delete(RawFolder.key(PackedHour.TEXT, RawKey.Kind.EVENT, i));
    }
    assertThat(read()).containsExactlyInAnyOrderElementsOf(alone);
  }

  @Test
  void rowsNeedNoOrderAndMayRepeat() throws Exception {
    PackedObject one = new PackedObject(event(1), 1_000L, bytes("1"));
    PackedObject two = new PackedObject(event(2), 2_000L, bytes("2"));
    write(List.of(two, one, two));
    assertThat(contents().objects())
        .extracting(object -> object.key().relative())
        .containsExactly(event(1), event(2));
    assertThat(read())
        .containsExactlyInAnyOrder(
            "[" + event(1) + ", 1000, 1, 1]",
            "[" + event(1) + ", read, 1, null]",
            "[" + event(2) + ", 2000, 2, 1]",
            "[" + event(2) + ", read, 1, null]");
  }

  @Test
  void aLargePackHasSeveralRowGroupsAndEachRowIsRead() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 10; i++) {
      StringBuilder noise = new StringBuilder();
      random.ints(2 << 20, ' ', '~').forEach(letter -> noise.append((char) letter));
      raw.batch(PackedHour.TEXT, i, noise.append('\n').toString());
    }
    List<String> alone = read();
    hour.pack(true);
    assertThat(new PackReader(hour.store()).rowGroups(hour.pack())).hasSizeGreaterThan(2);
    assertThat(read()).containsExactlyInAnyOrderElementsOf(alone);
  }

  // ── not a pack ───────────────────────────────────────────────────────────────────────────────

  private void assertNotAPack(String reason) throws Exception {
    assertThatThrownBy(this::contents)
        .isInstanceOf(NotAPackException.class)
        .hasMessageContaining(reason);
    int size = (int) hour.pack().size();
    assertThat(read())
        .hasSize(2)
        .anyMatch(row -> row.startsWith("[" + PACK.relative() + ", ") && row.endsWith(size + "]"))
        .contains("[" + PACK.relative() + ", read, 1, null]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"eventName\":\"page_view\"}", "P", "PARX", "PAX1 and so on"})
  void anotherFileIsNotAPack(String content) throws Exception {
    raw.write(PACK, content.equals("P") ? bytes("Q") : bytes(content));
    assertNotAPack("it is not a Parquet file");
  }

  @Test
  void aParquetFileWithOtherColumnsIsNotAPack() throws Exception {
    foreign("message m { required binary key (STRING); required binary body; }", "k", "b");
    assertNotAPack("it has no column 'last_modified'");
    foreign(
        "message m { required binary key; required int64 last_modified"
            + " (TIMESTAMP(MICROS,true)); required binary body; }",
        KEY,
        1L,
        "b");
    assertNotAPack("its column is 'required binary key' instead of");
    foreign(
        "message m { required binary key (STRING); required int64 last_modified"
            + " (TIMESTAMP(MILLIS,true)); required binary body; }",
        KEY,
        1L,
        "b");
    assertNotAPack("last_modified");
  }

  @Test
  void nullableAndFurtherColumnsAreAllowed() throws Exception {
    foreign(
        "message m { optional binary body; optional int64 last_modified"
            + " (TIMESTAMP(MICROS,true)); required int32 more; optional binary key (STRING); }",
        "b",
        7L,
        1,
        KEY);
    assertThat(read())
        .containsExactlyInAnyOrder("[" + KEY + ", 7, b, 1]", "[" + KEY + ", read, 1, null]");
  }

  @Test
  void aRowWithoutABodyIsUnreadable() throws Exception {
    foreign(
        "message m { required binary key (STRING); required int64 last_modified"
            + " (TIMESTAMP(MICROS,true)); optional binary body; }",
        KEY,
        7L);
    assertThat(read()).hasSize(1).allMatch(row -> row.contains("unreadable, 0, in pack-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026/11/22/14/event-00000000-0000-4000-0000-000000000001.json",
        "2026/11/22/13/pack-00000000-0000-4000-0000-000000000001.parquet",
        "2026/11/22/13/notes.txt",
        "event-00000000-0000-4000-0000-000000000001.json",
        ""
      })
  void aFileWithAnotherKeyIsNotAPack(String key) throws Exception {
    write(
        List.of(
            new PackedObject(KEY, 1L, bytes("1")), new PackedObject(key, 1L, bytes("{'a':1}"))));
    assertNotAPack("'" + key + "' is not the key of an event or batch object of its hour");
  }

  @Test
  void aRowWithoutAKeyMakesAFileNoPack() throws Exception {
    foreign(
        "message m { optional int64 more; required int64 last_modified (TIMESTAMP(MICROS,true));"
            + " required binary body; optional binary key (STRING); }",
        1L,
        7L,
        "b");
    assertNotAPack("a row has no key");
  }

  @Test
  void aLongKeyOfSeveralLinesIsShownShort() throws Exception {
    write(List.of(new PackedObject("a\nb" + "c".repeat(1_000), 1L, bytes("1"))));
    assertThatThrownBy(this::contents)
        .isInstanceOf(NotAPackException.class)
        .hasMessageStartingWith("'a?bccc")
        .message()
        .hasSizeLessThan(300);
  }

  // ── limits ───────────────────────────────────────────────────────────────────────────────────

  @Test
  void aLargeRowGroupIsNotRead() throws Exception {
    foreign(PLAIN, KEY, 1L, "b".repeat((int) PackLimits.ROW_GROUP_BYTES));
    assertNotAPack("it has more than the 75,497,472 bytes in a row group that a pack may have");
    assertThat(read())
        .hasSize(2)
        .anyMatch(row -> row.startsWith("[" + PACK.relative() + ", read, 1"));
  }

  @Test
  void manyBytesOfKeysAreNotRead() throws Exception {
    foreign(PLAIN, "k".repeat((int) PackLimits.KEY_BYTES), 1L, "b");
    assertNotAPack("it has more than the 33,554,432 bytes of keys in a row group");
  }

  @Test
  void otherEncodingsAreNotRead() throws Exception {
    Path file = Files.createTempFile(root, "x", ".parquet");
    MessageType schema = MessageTypeParser.parseMessageType(PLAIN);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withConf(new Configuration(false))
            .withDictionaryEncoding(false)
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
            .build()) {
      writer.write(group(schema, KEY, 1L, "b"));
    }
    raw.write(PACK, Files.readAllBytes(file));
    assertNotAPack("has the encoding DELTA_");
  }

  @Test
  void aFooterMayClaimAsManyObjectsAsTheLimit() throws Exception {
    write(List.of(new PackedObject(KEY, 1L, bytes("1"))));
    Pack pack = contents().pack();
    assertThatThrownBy(
            () -> PackLimits.requireWithin(List.of(rows(1), rows(4_000_000)), SCHEMA, pack))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> PackLimits.requireWithin(List.of(rows(4_000_001)), SCHEMA, pack))
        .isInstanceOf(NotAPackException.class)
        .hasMessage("it has more than the 4,000,000 objects that a pack may have");
    assertThatThrownBy(() -> PackLimits.requireWithin(List.of(rows(Long.MAX_VALUE)), SCHEMA, pack))
        .isInstanceOf(NotAPackException.class);
    assertThatThrownBy(() -> PackLimits.requireWithin(List.of(rows(-1)), SCHEMA, pack))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("negative");
  }

  private static BlockMetaData rows(long number) {
    BlockMetaData rowGroup = new BlockMetaData();
    rowGroup.setRowCount(number);
    return rowGroup;
  }

  @Test
  void aPageThatClaimsToBeLargeIsNotDecompressed() throws Exception {
    int length = 2 << 20;
    write(List.of(new PackedObject(KEY, 1L, bytes("x".repeat(length)))));
    byte[] file = Files.readAllBytes(hour.file(hour.pack()));
    replaceOnce(file, pageHeader(length + Integer.BYTES), pageHeader(PackLimits.PAGE_BYTES + 1));
    raw.write(PACK, file);
    assertThat(contents().objects()).hasSize(1);
    assertThat(read())
        .singleElement()
        .asString()
        .contains("unreadable")
        .contains("a page would have 100,663,297 bytes, more than 100,663,296");
  }

  /** Returns the begin of the header of a data page: its type and its size as a varint. */
  private static byte[] pageHeader(int size) {
    byte[] header = {0x15, 0, 0x15, 0, 0, 0, 0};
    int left = size << 1;
    for (int i = 3; i < header.length; i++) {
      header[i] = (byte) (left & 0x7f | (i + 1 < header.length ? 0x80 : 0));
      left >>>= 7;
    }
    return header;
  }

  private static void replaceOnce(byte[] in, byte[] old, byte[] with) {
    int found = 0;
    for (int i = 0; i + old.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + old.length, old, 0, old.length)) {
        System.arraycopy(with, 0, in, i, with.length);
        found++;
      }
    }
    assertThat(found).isOne();
  }

  @Test
  void theLargestObjectThatIsPackedIsWithinTheLimits() throws Exception {
    byte[] noise = new byte[(int) CopyIntoPacks.MAX_OBJECT_BYTES];
    new Random(5).nextBytes(noise);
    write(
        List.of(
            new PackedObject(KEY, 1L, new byte[4 << 20]),
            new PackedObject(event(2), 2L, noise),
            new PackedObject(event(3), 3L, bytes("3"))));
    PackContents contents = contents();
    assertThat(contents.objects()).hasSize(3);
    assertThat(contents.pack().rowGroupBytes())
        .isBetween(CopyIntoPacks.MAX_OBJECT_BYTES, PackLimits.ROW_GROUP_BYTES);
    List<Integer> lengths = new ArrayList<>();
    for (RowGroupSelection rowGroup : contents.objects().packed()) {
      assertThat(rowGroup.bytesHeld()).isEqualTo(contents.pack().rowGroupBytes());
      try (RowGroupDecoder rows = new PackReader(hour.store()).rows(rowGroup)) {
        rows.forEachRemaining(row -> lengths.add(row.body().length));
      }
    }
    assertThat(lengths).containsExactly(4 << 20, noise.length, 1);
  }

  private void foreign(String schemaText, Object... values) throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType(schemaText);
    Path file = Files.createTempFile(root, "x", ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withConf(new Configuration(false))
            .build()) {
      writer.write(group(schema, values));
    }
    raw.write(PACK, Files.readAllBytes(file));
    Files.delete(file);
  }

  private static Group group(MessageType schema, Object... values) {
    Group row = new SimpleGroup(schema);
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Long number) {
        row.add(i, number);
      } else if (values[i] instanceof Integer number) {
        row.add(i, number);
      } else {
        row.add(i, (String) values[i]);
      }
    }
    return row;
  }

  // ── cut short or damaged ─────────────────────────────────────────────────────────────────────

  @Test
  void aPackCutAtAnyLengthIsUnreadable() throws Exception {
    write(
        List.of(
            new PackedObject(event(1), 1L, bytes("1")),
            new PackedObject(event(2), 2L, bytes("2"))));
    byte[] whole = Files.readAllBytes(hour.file(hour.pack()));
    for (int length = 0; length < whole.length; length++) {
      raw.write(PACK, Arrays.copyOf(whole, length));
      assertThatThrownBy(this::contents).as("%d bytes", length).isInstanceOf(IOException.class);
    }
    raw.write(PACK, Arrays.copyOf(whole, whole.length - 1));
    assertThat(read())
        .containsExactly(
            "[%s, unreadable, 0, it ends after %d bytes without a footer]"
                .formatted(PACK.relative(), whole.length - 1));
    raw.write(PACK, whole);
    assertThat(read()).hasSize(4);
  }

  @Test
  void aDamagedBodyIsUnreadableAndOthersAreRead() throws Exception {
    Random random = new Random(2);
    for (int i = 0; i < 6; i++) {
      StringBuilder noise = new StringBuilder();
      random.ints(1 << 20, ' ', '~').forEach(letter -> noise.append((char) letter));
      raw.event(PackedHour.TEXT, i, noise.toString());
    }
    hour.pack(false);
    byte[] whole = Files.readAllBytes(hour.file(hour.pack()));
    whole[whole.length * 3 / 4] ^= 1;
    Files.write(hour.file(hour.pack()), whole);
    assertThat(read(false)).hasSize(12).noneMatch(row -> row.contains("unreadable"));
    List<String> rows = read();
    assertThat(rows.stream().filter(row -> row.contains(", read, 1, null]"))).hasSizeBetween(1, 5);
    assertThat(rows.stream().filter(row -> row.contains(", unreadable, 0, in pack-"))).isNotEmpty();
    assertThat(rows.stream().filter(row -> row.contains("read"))).hasSize(6);
  }

  @Test
  void anObjectWhosePackIsGoneHasVanished() throws Exception {
    write(List.of(new PackedObject(KEY, 1L, bytes("1"))));
    ListedObjects objects = hour.list().objects().and(List.of(contents()), List.of(), true);
    Files.delete(hour.file(hour.pack()));
    assertThat(
            new ReadObjects(hour.store(), 2)
                .read(TestSpark.session(), List.of(objects)).collectAsList().stream()
                    .map(PackReaderTest::text))
        .containsExactly("[" + KEY + ", vanished, 0, null]");
  }
}
