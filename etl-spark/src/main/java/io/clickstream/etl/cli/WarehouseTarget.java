package io.clickstream.etl.cli;

import io.clickstream.etl.warehouse.Warehouse;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The warehouse that the arguments name. The driver reads the secret and the certificate
 * authorities once, when the run begins, and sends their content to the executors.
 *
 * @param user absent when the secret holds it
 * @param password absent when the secret holds it, or when the server requires none
 * @param secret holds user and password
 * @param authority PEM file with the authorities of the server's certificate, on any file system of
 *     Hadoop; when absent, the URL decides about TLS
 */
public record WarehouseTarget(
    String jdbcUrl,
    Optional<String> user,
    Optional<String> password,
    Optional<SecretArn> secret,
    Optional<URI> authority) {

  private static final int MAX_AUTHORITY_BYTES = 1 << 20;

  /**
   * Reads the secret and the authorities.
   *
   * @param environment may name another endpoint of Secrets Manager
   * @param hadoop for the file system of the authorities
   * @throws UsageException when the secret is for another user than {@code --db-user}
   */
  Warehouse open(Map<String, String> environment, Configuration hadoop) throws IOException {
    String pem = authority.isEmpty() ? null : authorities(authority.get(), hadoop);
    if (secret.isEmpty()) {
      return new Warehouse(jdbcUrl, user.orElseThrow(), password.orElse(null), pem);
    }
    DatabaseLogin login = new SecretsManager(environment).login(secret.get());
    if (user.isPresent() && !user.get().equals(login.user())) {
      throw new UsageException(
          "--db-user is %s, but the secret of --db-secret-arn is for %s"
              .formatted(user.get(), login.user()),
          "Leave out --db-user");
    }
    return new Warehouse(jdbcUrl, login.user(), login.password(), pem);
  }

  private static String authorities(URI file, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    try (FileSystem files = FileSystem.newInstance(path.toUri(), hadoop);
        InputStream in = files.open(path)) {
      return new String(in.readNBytes(MAX_AUTHORITY_BYTES), StandardCharsets.US_ASCII);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "Cannot read --db-ca: " + file + " does not exist. Give the URI of a PEM file.", e);
    } catch (IOException e) {
      throw new IOException(
          "Cannot read --db-ca: " + file + ": " + e.getMessage() + ". Check its permissions.", e);
    }
  }

  @Override
  public String toString() {
    return secret.map(SecretArn::text).or(() -> user).orElse("") + " at " + jdbcUrl;
  }
}
