package io.clickstream.etl.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.sql.Database;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing rows from Spark into PostgreSQL and reading them again, by binary COPY. */
class StagingRoundTripTest {

  /** Rows that the failing task has seen; tasks run in this JVM. */
  private static final AtomicInteger SEEN = new AtomicInteger();

  private final StagingTables staging = new StagingTables(UUID.randomUUID(), 1);
  private String jdbcUrl;
  private Database database;
  private SqlConnection connection;

  @BeforeEach
  void createTables() throws SQLException {
    jdbcUrl = TestWarehouses.migrated();
    String url = jdbcUrl;
    database = () -> DriverManager.getConnection(url, PostgresServer.USER, null);
    connection = SqlConnection.open(database);
    staging.create(connection);
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private StagingWriter writer() {
    return new StagingWriter(
        database,
        List.of(
            new StagingWriter.Target(ParsedRow.EVENT, staging.events()),
            new StagingWriter.Target(ParsedRow.REJECTED, staging.rejected()),
            new StagingWriter.Target(ParsedRow.OBJECT, staging.objects())));
  }

  private static Dataset<Row> dataset(List<Row> rows) {
    return TestSpark.dataset(rows, ParsedRow.ALL.sparkSchema());
  }

  /** A row whose values differ with the seed; every third value is null. */
  private static Row event(int seed) {
    List<Object> values = new ArrayList<>();
    int position = 0;
    for (Column column : Columns.STAGED_EVENT.all()) {
      values.add((seed + position++) % 3 == 0 ? null : value(column, seed));
    }
    return ParsedRow.EVENT.row(values.toArray());
  }

  private static Object value(Column column, int seed) {
    return switch (column.type()) {
      case UUID -> new UUID(-seed, seed).toString();
      case TEXT -> "ü€😀\t\\N " + seed;
      case TIMESTAMPTZ -> 946_684_800_000_000L + (seed % 2 == 0 ? -seed : seed);
      case DATE -> 10_957 - seed;
      case BIGINT -> seed % 2 == 0 ? Long.MIN_VALUE + seed : Long.MAX_VALUE - seed;
      case INTEGER -> Integer.MIN_VALUE + seed;
      case BOOLEAN -> seed % 2 == 0;
      case JSONB -> "{\"n\": " + seed + "}";
      case BYTEA -> ("bytes " + seed).getBytes(StandardCharsets.UTF_8);
    };
  }

  private List<String> readEvents(int partitions) throws SQLException {
    long pages =
        number(
            "SELECT pg_relation_size('%s') / current_setting('block_size')::integer"
                .formatted(staging.events()));
    return new StagingReader(
            database, staging.events() + " staged", "staged", Columns.STAGED_EVENT, Column::name)
        .read(TestSpark.session(), partitions, pages).collectAsList().stream()
            .map(Row::toString)
            .sorted()
            .toList();
  }

  private long number(String query) throws SQLException {
    return TestWarehouses.number(jdbcUrl, query);
  }

  private static String columnsOf(Row row) {
    return LongStream.range(0, Columns.STAGED_EVENT.all().size())
        .mapToObj(i -> String.valueOf(ParsedRow.EVENT.values(row)[(int) i]))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void eachRowIsReadOnceWithAnyNumberOfPartitions(int partitions) throws SQLException {
    List<Row> rows = new ArrayList<>();
    for (int seed = 1; seed <= 300; seed++) {
      rows.add(event(seed));
    }
    writer().write(dataset(rows));

    assertThat(readEvents(partitions))
        .isEqualTo(rows.stream().map(StagingRoundTripTest::columnsOf).sorted().toList());
  }

  @Test
  void anEmptyTableHasNoRows() throws SQLException {
    assertThat(readEvents(3)).isEmpty();
  }

  @Test
  void aRowGoesIntoTheTableOfItsGroup() throws SQLException {
    writer()
        .write(
            dataset(
                List.of(
                    event(1),
                    ParsedRow.REJECTED.row("a", "not_json", "detail", new byte[] {0, (byte) 255}),
                    ParsedRow.OBJECT.row("a", "read", 2, null))));

    assertThat(number("SELECT count(*) FROM " + staging.events())).isOne();
    assertThat(
            number(
                "SELECT count(*) FROM %s WHERE object_key = 'a' AND body = '\\x00ff'"
                    .formatted(staging.rejected())))
        .isOne();
    assertThat(
            number(
                "SELECT count(*) FROM %s WHERE records = 2 AND detail IS NULL"
                    .formatted(staging.objects())))
        .isOne();
  }

  @Test
  void aRowLargerThanTheBufferIsWritten() throws SQLException {
    String megabytes = "x".repeat(3 << 20);
    writer().write(dataset(List.of(ParsedRow.OBJECT.row("a", "unreadable", 0, megabytes))));
    assertThat(number("SELECT length(detail) FROM " + staging.objects()))
        .isEqualTo(megabytes.length());
  }

  @Test
  void aFailedTaskLeavesNoneOfTheRowsThatItSent() throws SQLException {
    String large = "x".repeat(100_000);
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      rows.add(ParsedRow.OBJECT.row("object " + i, "unreadable", 0, large));
    }
    SEEN.set(0);
    Dataset<Row> failing =
        dataset(rows)
            .coalesce(1)
            .map(
                (MapFunction<Row, Row>)
                    row -> {
                      if (SEEN.incrementAndGet() == 50) {
                        throw new IllegalStateException("a fault in the last row");
                      }
                      return row;
                    },
                Encoders.row(ParsedRow.ALL.sparkSchema()));

    assertThatThrownBy(() -> writer().write(failing)).hasStackTraceContaining("a fault in the");
    assertThat(number("SELECT count(*) FROM " + staging.objects())).isZero();
  }
}
