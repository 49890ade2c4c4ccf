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
 * Streams a dataset's partitions into staging tables, one transaction a task: a task that fails
 * leaves nothing, one that runs twice leaves its rows twice, alike, and the merge takes one of
 * each.
 */
public final class StagingWriter implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * A table to fill.
   *
   * @param group the rows that go there
   */
  public record Target(RowGroup group, String table) implements Serializable {}

  private final Database database;
  private final List<Target> targets;

  public StagingWriter(Database database, List<Target> targets) {
    this.database = database;
    this.targets = List.copyOf(targets);
  }

  /** Copies all rows of the dataset. */
  public void copy(Dataset<Row> rows) {
    rows.foreachPartition((ForeachPartitionFunction<Row>) this::copyPartition);
  }

  private void copyPartition(Iterator<Row> rows) throws SQLException {
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
