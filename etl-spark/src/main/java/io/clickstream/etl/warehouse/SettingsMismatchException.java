package io.clickstream.etl.warehouse;

/** Thrown if settings of a run differ from those of the warehouse. The message names them. */
public final class SettingsMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsMismatchException(String message) {
    super(message);
  }
}
