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
 * Reads a table into Spark by {@code COPY … (FORMAT binary)}.
 *
 * <p>Each partition reads a range of the table's pages, so that partitions are even without an
 * index. Every row is read exactly once, provided that nobody writes to the table meanwhile.
 */
public final class StagingReader {

  private final Database database;
  private final String from;
  private final String alias;
  private final Columns columns;
  private final Function<Column, String> expression;

  /**
   * Creates a reader of one table.
   *
   * @param from the table with its alias, and joins that the expressions need
   * @param alias alias of the table, whose pages are divided among the partitions
   * @param expression returns the SQL expression of a column
   */
  public StagingReader(
      Database database,
      String from,
      String alias,
      Columns columns,
      Function<Column, String> expression) {
    this.database = database;
    this.from = from;
    this.alias = alias;
    this.columns = columns;
    this.expression = expression;
  }

  /**
   * Returns the rows.
   *
   * @param pageCount number of pages of the table
   */
  public Dataset<Row> read(SparkSession spark, int partitions, long pageCount) {
    // Every serializer of Spark can send a list of integers.
    List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
    Database source = database;
    ColumnType[] types = columns.types();
    String query =
        """
        COPY (SELECT %1$s FROM %2$s
        WHERE %3$s.ctid >= '(%%d,0)' AND %3$s.ctid < '(%%d,0)') TO STDOUT (FORMAT binary)"""
            .formatted(selectList(), from, alias);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(parts, partitions)
            .flatMap(
                part -> {
                  long first = pageCount * part / partitions;
                  long end = pageCount * (part + 1) / partitions;
                  return rows(source, query.formatted(first, end), types);
                }),
        columns.sparkSchema());
  }

  /** Casts each expression, because the binary format of a value depends on its type. */
  private String selectList() {
    return columns.all().stream()
        .map(column -> "(" + expression.apply(column) + ")::" + column.type())
        .collect(Collectors.joining(", "));
  }

  /** Streams the rows of a query; the connection closes when the task completes. */
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
      throw new IllegalStateException("Cannot close a connection to the warehouse.", e);
    }
  }
}
