package io.clickstream.etl.warehouse;

/** The run's settings are not the warehouse's. The message says which differ. */
public final class SettingsMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsMismatchException(String message) {
    super(message);
  }
}
