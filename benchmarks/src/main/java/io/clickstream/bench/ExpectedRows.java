package io.clickstream.bench;

/** The rows of a first run, which all other runs have to produce as well. */
final class ExpectedRows {

  private String digest;

  void require(String program, String rows) {
    digest = digest == null ? rows : digest;
    if (!rows.equals(digest)) {
      throw new IllegalStateException(
          "%s produced %s, and the first run %s".formatted(program, rows, digest));
    }
  }

  @Override
  public String toString() {
    return digest;
  }
}
