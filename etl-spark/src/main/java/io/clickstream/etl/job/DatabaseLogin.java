package io.clickstream.etl.job;

/**
 * Who the job is at the warehouse. Never prints its password.
 *
 * @param user database user
 * @param password its password
 */
record DatabaseLogin(String user, String password) {

  @Override
  public String toString() {
    return user;
  }
}
