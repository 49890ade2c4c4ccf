package io.clickstream.etl.staging;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.sql.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/**
 * Reads a table into Spark by {@code COPY … (FORMAT binary)}, split by ranges of its pages: even
 * parts without an index, and each row exactly once as long as nobody writes to it.
 */
public final class StagingReader {

  private final Database database;
  private final String table;
  private final Columns columns;
  private final Function<Column, String> expression;

  /**
   * Rows of a table.
   *
   * @param expression the SQL that gives a column
   */
  public StagingReader(
      Database database, String table, Columns columns, Function<Column, String> expression) {
    this.database = database;
    this.table = table;
    this.columns = columns;
    this.expression = expression;
  }

  /** The rows, in so many partitions. */
  public Dataset<Row> read(SparkSession spark, int partitions, long pageCount) {
    // Plain numbers, which any serializer of Spark's can send.
    List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
    Database from = database;
    ColumnType[] types = columns.types();
    String query =
        "COPY (SELECT %s FROM %s WHERE ctid >= '(%%d,0)' AND ctid < '(%%d,0)') TO STDOUT (FORMAT binary)"
            .formatted(selectList(), table);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(parts, partitions)
            .flatMap(
                part -> {
                  long first = pageCount * part / partitions;
                  long end = pageCount * (part + 1) / partitions;
                  return rows(from, query.formatted(first, end), types);
                }),
        columns.sparkSchema());
  }

  /** With casts: the binary form is that of the type. */
  private String selectList() {
    return columns.all().stream()
        .map(column -> "(" + expression.apply(column) + ")::" + column.type())
        .collect(Collectors.joining(", "));
  }

  /** Streams the rows; the connection closes with the task. */
  private static Iterator<Row> rows(Database database, String query, ColumnType[] types)
      throws SQLException, IOException {
    Connection connection = database.connect();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> close(connection));
    return new BinaryRows(
        new PGCopyInputStream(connection.unwrap(PGConnection.class), query), types);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("closing a connection failed", e);
    }
  }
}
