package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.etl.schema.RowGroup;
import io.clickstream.etl.source.FlakyFileSystem.Fault;
import io.clickstream.testing.RawFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefetchedRowsTest {

  private static final Instant THIRTEEN = Instant.parse("2026-11-22T13:00:00Z");
  private static final int SIZE = 100;

  @TempDir Path root;
  private RawStore store;
  private int taken;

  @BeforeEach
  void fiftyObjects() {
    RawFolder raw = new RawFolder(root);
    for (int i = 0; i < 50; i++) {
      raw.event("2026-11-22T13", i, "x".repeat(SIZE));
    }
    FlakyFileSystem.fail(Fault.FORBIDDEN, 0);
    store =
        new RawStore(
            URI.create("flaky://" + root.toUri().getPath()), FlakyFileSystem.configuration());
  }

  private Iterator<Fetch<Row>> counted() throws IOException {
    ReadObject read = new ReadObject(store, new StoreCircuitBreaker());
    Iterator<ListedObject> listed = store.list(THIRTEEN, THIRTEEN).objects().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return listed.hasNext();
      }

      @Override
      public Fetch<Row> next() {
        taken++;
        return read.fetchOf(listed.next());
      }
    };
  }

  private PrefetchedRows<Row> rows(int concurrency, long maxBytes) throws IOException {
    return new PrefetchedRows<>(counted(), concurrency, maxBytes);
  }

  private static String keyOf(Row row) {
    RowGroup group = RawRow.RECORD.holds(row) ? RawRow.RECORD : RawRow.OBJECT;
    return group.tag() + " " + group.values(row)[0];
  }

  @Test
  void rowsAreInTheOrderOfTheObjects() throws IOException {
    List<String> keys = new ArrayList<>();
    try (PrefetchedRows<Row> rows = rows(7, 1 << 20)) {
      rows.forEachRemaining(row -> keys.add(keyOf(row)));
    }
    List<String> expected = new ArrayList<>();
    for (ListedObject object : store.list(THIRTEEN, THIRTEEN).objects()) {
      expected.add("record " + object.key().relative());
      expected.add("object " + object.key().relative());
    }
    assertThat(keys).containsExactlyElementsOf(expected);
  }

  @Test
  void atMostTwiceAsManyObjectsAsThreadsWait() throws IOException {
    try (PrefetchedRows<Row> rows = rows(4, 1 << 20)) {
      assertThat(rows.hasNext()).isTrue();
      assertThat(taken).isEqualTo(8);
    }
  }

  @Test
  void theBytesThatWaitAreBounded() throws IOException {
    try (PrefetchedRows<Row> rows = rows(4, 3 * SIZE)) {
      assertThat(rows.hasNext()).isTrue();
      // Three objects wait. The fourth was taken from the list and does not fit.
      assertThat(taken).isEqualTo(4);
    }
  }

  @Test
  void anObjectLargerThanTheBoundIsReadAlone() throws IOException {
    int records = 0;
    try (PrefetchedRows<Row> rows = rows(4, SIZE - 1)) {
      while (rows.hasNext()) {
        Row row = rows.next();
        records += RawRow.RECORD.holds(row) ? 1 : 0;
      }
    }
    assertThat(records).isEqualTo(50);
  }

  @Test
  void noObjectIsOpenedAfterClose() throws IOException {
    PrefetchedRows<Row> rows = rows(1, 1 << 20);
    assertThat(rows.hasNext()).isTrue();
    rows.close();
    assertThat(taken).isEqualTo(2);
  }
}
