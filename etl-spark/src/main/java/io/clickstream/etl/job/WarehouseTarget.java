package io.clickstream.etl.job;

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
 * Where to load, as the arguments say it. What they only point to, the secret and the certificate
 * authority, is read once, by the driver, when the run begins; executors are told by it.
 *
 * @param user absent when the secret says it
 * @param password absent when the secret says it, or when the server asks for none
 * @param secret holds user and password
 * @param authority PEM file of the authorities that the server's certificate must come from, on any
 *     file system that Hadoop knows; absent leaves TLS to the URL
 */
public record WarehouseTarget(
    String jdbcUrl,
    Optional<String> user,
    Optional<String> password,
    Optional<SecretArn> secret,
    Optional<URI> authority) {

  private static final int MOST_BYTES_OF_AUTHORITIES = 1 << 20;

  /**
   * Reads what is pointed to.
   *
   * @param environment may name another endpoint of Secrets Manager
   * @param hadoop for the authority's file system
   * @throws UsageException when the secret is of another user than {@code --db-user}
   */
  Warehouse open(Map<String, String> environment, Configuration hadoop) throws IOException {
    String pem = authority.isEmpty() ? null : authorities(authority.get(), hadoop);
    if (secret.isEmpty()) {
      return new Warehouse(jdbcUrl, user.orElseThrow(), password.orElse(null), pem);
    }
    DatabaseLogin login = login(secret.get(), environment);
    if (user.isPresent() && !user.get().equals(login.user())) {
      throw new UsageException(
          "--db-user is %s, and the secret of --db-secret-arn is that of %s: leave out --db-user"
              .formatted(user.get(), login.user()));
    }
    return new Warehouse(jdbcUrl, login.user(), login.password(), pem);
  }

  private static DatabaseLogin login(SecretArn secret, Map<String, String> environment)
      throws IOException {
    try {
      return new SecretsManager(environment).login(secret);
    } catch (NoClassDefFoundError e) {
      throw new IOException(
          "--db-secret-arn needs the AWS SDK 2 that comes with S3A 3.4: set DW_PASSWORD instead",
          e);
    }
  }

  private static String authorities(URI file, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    try (FileSystem files = FileSystem.newInstance(path.toUri(), hadoop);
        InputStream in = files.open(path)) {
      return new String(in.readNBytes(MOST_BYTES_OF_AUTHORITIES), StandardCharsets.US_ASCII);
    } catch (FileNotFoundException e) {
      throw new IOException("--db-ca: there is no " + file, e);
    } catch (IOException e) {
      throw new IOException("--db-ca: can't read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return secret.map(SecretArn::text).or(() -> user).orElse("") + " at " + jdbcUrl;
  }
}
