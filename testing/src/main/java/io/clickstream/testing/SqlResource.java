package io.clickstream.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the statements of this module. The job's own class for this is not visible here, because
 * fixtures do not depend on the job.
 */
final class SqlResource {

  private SqlResource() {}

  /** Returns the text of {@code <name>.sql} in this package. */
  static String text(String name) {
    try (InputStream in = SqlResource.class.getResourceAsStream(name + ".sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
