package io.clickstream.etl.cli;

/**
 * The login of the job at the warehouse. Its text form leaves out the password.
 *
 * @param user database user
 * @param password password of that user
 */
record DatabaseLogin(String user, String password) {

  @Override
  public String toString() {
    return user;
  }
}
