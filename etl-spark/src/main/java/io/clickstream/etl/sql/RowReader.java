package io.clickstream.etl.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Makes an object of the current row of a result. */
@FunctionalInterface
public interface RowReader<T> {

  /** Returns the object; columns are numbered from 1. */
  T read(ResultSet row) throws SQLException;

  /** Returns the objects of all rows that follow the current one. */
  default List<T> readAll(ResultSet rows) throws SQLException {
    List<T> read = new ArrayList<>();
    while (rows.next()) {
      read.add(read(rows));
    }
    return read;
  }
}
