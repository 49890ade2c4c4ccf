package io.clickstream.etl.load;

import io.clickstream.etl.schema.Column;
import io.clickstream.etl.schema.ColumnType;
import io.clickstream.etl.schema.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads a table into Spark, split by ranges of its pages: even parts without an index, and each row
 * exactly once as long as nobody writes to it.
 */
final class StoredRows {

  private static final int FETCH_ROWS = 5_000;

  /** A range of pages. */
  private record Pages(long from, long to) implements java.io.Serializable {}

  private final Warehouse warehouse;
  private final String table;
  private final Columns columns;
  private final Function<Column, String> expression;

  /**
   * Rows of a table.
   *
   * @param expression the SQL that gives a column
   */
  StoredRows(
      Warehouse warehouse, String table, Columns columns, Function<Column, String> expression) {
    this.warehouse = warehouse;
    this.table = table;
    this.columns = columns;
    this.expression = expression;
  }

  /** The rows, in so many partitions. */
  Dataset<Row> read(SparkSession spark, int partitions, long pageCount) {
    List<Pages> ranges = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      ranges.add(new Pages(pageCount * i / partitions, pageCount * (i + 1) / partitions));
    }
    Warehouse from = warehouse;
    int width = columns.all().size();
    String query =
        "SELECT %s FROM %s WHERE ctid >= format('(%%s,0)', ?)::tid AND ctid < format('(%%s,0)', ?)::tid"
            .formatted(selectList(), table);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(ranges, partitions)
            .flatMap(pages -> rows(from, query, width, pages)),
        columns.sparkSchema());
  }

  private String selectList() {
    return columns.all().stream()
        .map(column -> asSparkValue(expression.apply(column), column.type()))
        .collect(Collectors.joining(", "));
  }

  private static String asSparkValue(String expression, ColumnType type) {
    return switch (type) {
      case TIMESTAMPTZ -> "(extract(epoch FROM " + expression + ") * 1000000)::bigint";
      case UUID, JSONB -> "(" + expression + ")::text";
      default -> expression;
    };
  }

  /** Streams the rows; the connection closes at their end, or with the task. */
  private static Iterator<Row> rows(Warehouse warehouse, String query, int width, Pages pages)
      throws SQLException {
    Connection connection = warehouse.connect();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> close(connection));
    connection.setAutoCommit(false);
    PreparedStatement select = connection.prepareStatement(query);
    select.setFetchSize(FETCH_ROWS);
    select.setLong(1, pages.from());
    select.setLong(2, pages.to());
    return new RowIterator(select.executeQuery(), width);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("closing a connection failed", e);
    }
  }

  /** Rows as they come from the server. */
  private static final class RowIterator implements Iterator<Row> {

    private final ResultSet found;
    private final int width;
    private Row ahead;

    RowIterator(ResultSet found, int width) {
      this.found = found;
      this.width = width;
      advance();
    }

    private void advance() {
      try {
        if (!found.next()) {
          ahead = null;
          return;
        }
        Object[] values = new Object[width];
        for (int i = 0; i < width; i++) {
          values[i] = found.getObject(i + 1);
        }
        ahead = RowFactory.create(values);
      } catch (SQLException e) {
        throw new IllegalStateException("reading staged rows failed: " + e.getMessage(), e);
      }
    }

    @Override
    public boolean hasNext() {
      return ahead != null;
    }

    @Override
    public Row next() {
      Row row = ahead;
      if (row == null) {
        throw new NoSuchElementException();
      }
      advance();
      return row;
    }
  }
}
