package io.clickstream.etl.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes an object of the current row of a result. */
@FunctionalInterface
public interface RowReader<T> {

  /** Returns the object; columns are numbered from 1. */
  T read(ResultSet row) throws SQLException;
}
