package io.clickstream.etl.load;

/** The run's settings are not the warehouse's. The message says which differ. */
public final class SettingsMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SettingsMismatchException(String message) {
    super(message);
  }
}
