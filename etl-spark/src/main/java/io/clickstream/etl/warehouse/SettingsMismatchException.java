package io.clickstream.etl.warehouse;

/** Says which settings of a run differ from those of the warehouse. */
public final class SettingsMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsMismatchException(String message) {
    super(message);
  }
}
