package io.clickstream.etl.schema;

/**
 * Thrown when a stage fails on the data of one row. Retrying does not help, and other rows are not
 * affected.
 */
public final class UnprocessableRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param row names the row
   */
  public UnprocessableRowException(String row, RuntimeException cause) {
    super("Cannot process " + row + ": " + cause, cause);
  }
}
