package io.clickstream.etl.sql;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to a PostgreSQL database, on the driver and in tasks. */
@FunctionalInterface
public interface Database extends Serializable {

  /** Opens a connection in auto-commit mode; the caller closes it. */
  Connection connect() throws SQLException;
}
