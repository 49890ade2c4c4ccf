package io.clickstream.etl.warehouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Certificates in a file of this process, for PostgreSQL's driver takes several of them from a file
 * only. They reach executors as text, whose file systems hold nothing of the driver's.
 */
final class AuthoritiesFile {

  private static final Map<String, Path> FILES = new HashMap<>();

  private AuthoritiesFile() {}

  /** The file with this text; written once a process, and gone with it. */
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
      throw new SQLException("can't write the warehouse's certificate authority to a file", e);
    }
  }
}
