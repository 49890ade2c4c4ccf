package io.clickstream.etl.sql;

import io.clickstream.event.ErrorMessage;
import java.net.SocketException;
import java.sql.SQLException;

/** Thrown if the database cannot be reached or refuses a statement. The message is one line. */
public final class DatabaseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String sqlState;

  public DatabaseException(SQLException cause) {
    super(message(cause), cause);
    this.sqlState = String.valueOf(cause.getSQLState());
  }

  /** Returns the message, with the reason for which a connection broke. */
  private static String message(SQLException thrown) {
    String text = ErrorMessage.of(thrown);
    return thrown.getCause() instanceof SocketException reason && reason.getMessage() != null
        ? text.replaceFirst("\\.$", "") + ": " + reason.getMessage()
        : text;
  }

  /** Returns true if the role lacks a right that the statement needs. */
  public boolean isInsufficientPrivilege() {
    return sqlState.equals("42501");
  }
}
