package io.clickstream.etl.warehouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes certificates to a temporary file, because the JDBC driver reads several certificates from
 * a file only. Executors receive the certificates as text and write their own file.
 */
final class AuthoritiesFile {

  private static final Map<String, Path> FILES = new HashMap<>();

  private AuthoritiesFile() {}

  /** Returns the file with this text. It is written once per process and deleted at its end. */
  static synchronized String of(String pem) throws SQLException {
    Path file = FILES.get(pem);
    if (file == null || !Files.exists(file)) {
      file = write(pem);
      FILES.put(pem, file);
    }
    return file.toString();
  }

  private static Path write(String pem) throws SQLException {
    try {
      Path file = Files.createTempFile("warehouse-ca-", ".pem");
      file.toFile().deleteOnExit();
      return Files.writeString(file, pem);
    } catch (IOException e) {
      throw new SQLException("Cannot write the certificates of --db-ca to a temporary file.", e);
    }
  }
}
