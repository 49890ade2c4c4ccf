package io.clickstream.etl.warehouse;

import io.clickstream.etl.schema.UnprocessableRowException;
import java.sql.SQLException;

/**
 * Tells failures on data, which a smaller slice may not have, from those of the surroundings.
 *
 * <p>Of data are the SQLSTATE classes 22 (data exception) and 54 (program limit exceeded),
 * PostgreSQL's refusal to allocate a value of more than 1 GB, and failures to parse or to encode a
 * row.
 */
public final class DataFailure {

  private static final String TOO_LARGE_A_VALUE = "invalid memory alloc request size";

  private DataFailure() {}

  /** Returns true if a failure, or one of its causes, is a failure on data. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnprocessableRowException
          || (cause instanceof SQLException statement && isOfData(statement))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfData(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    return state.startsWith("22")
        || state.startsWith("54")
        || String.valueOf(failure.getMessage()).contains(TOO_LARGE_A_VALUE);
  }
}
