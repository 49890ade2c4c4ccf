package io.clickstream.etl.staging;

import io.clickstream.etl.schema.RowGroup;
import io.clickstream.etl.sql.Database;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes a dataset into staging tables by {@code COPY … (FORMAT binary)}.
 *
 * <p>Each task has its own connection and commits once, at its end. A failed task leaves no rows. A
 * task that runs twice leaves equal rows twice; readers of the tables use one of each.
 */
public final class StagingWriter implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * A table and its rows.
   *
   * @param group the rows that the table receives
   */
  public record Target(RowGroup group, String table) implements Serializable {}

  private final Database database;
  private final List<Target> targets;

  public StagingWriter(Database database, List<Target> targets) {
    this.database = database;
    this.targets = List.copyOf(targets);
  }

  /** Writes each row of the dataset into the table of its group. */
  public void write(Dataset<Row> rows) {
    rows.foreachPartition((ForeachPartitionFunction<Row>) this::writePartition);
  }

  private void writePartition(Iterator<Row> rows) throws SQLException {
    if (!rows.hasNext()) {
      return;
    }
    Map<String, CopyBuffer> buffers = new LinkedHashMap<>();
    for (Target target : targets) {
      RowGroup group = target.group();
      buffers.put(group.tag(), new CopyBuffer(target.table(), group.columns(), group.offset()));
    }
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      while (rows.hasNext()) {
        Row row = rows.next();
        buffers.get(RowGroup.tagOf(row)).add(connection, row);
      }
      for (CopyBuffer buffer : buffers.values()) {
        buffer.flush(connection);
      }
      connection.commit();
    }
  }
}
