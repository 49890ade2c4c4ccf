package io.clickstream.etl.cli;

import io.clickstream.etl.warehouse.Tls;
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
 *     Hadoop: TLS is {@code verify-full}. Present for a server on another machine, unless {@code
 *     tlsUnverified}
 * @param tlsUnverified whether a server on another machine may have any certificate. TLS itself is
 *     required still
 */
public record WarehouseTarget(
    String jdbcUrl,
    Optional<String> user,
    Optional<String> password,
    Optional<SecretArn> secret,
    Optional<URI> authority,
    boolean tlsUnverified) {

  private static final int MAX_AUTHORITY_BYTES = 1 << 20;

  /**
   * Checks the address and the arguments about TLS.
   *
   * @throws UsageException for a URL that sets login or TLS, and for a server on another machine
   *     whose certificate would be accepted unseen
   */
  public WarehouseTarget {
    boolean isLoopback = new JdbcUrl(jdbcUrl).isLoopback();
    if (tlsUnverified && authority.isPresent()) {
      throw new UsageException(
          "--db-ca and --db-tls-unverified are both given", "Give one of them");
    }
    if (!isLoopback && !tlsUnverified && authority.isEmpty()) {
      throw new UsageException(
          "--db-ca is missing, and the database is on another machine",
          "Give --db-ca PEM, or --db-tls-unverified to accept any certificate");
    }
  }

  /**
   * Returns the warehouse of a command that has no secret of AWS.
   *
   * @param password the password, or null if the server requires none
   * @param authority URI or path of a PEM file, or null
   * @throws UsageException for wrong arguments
   */
  public static WarehouseTarget of(
      String jdbcUrl, String user, String password, String authority, boolean tlsUnverified) {
    return new WarehouseTarget(
        jdbcUrl,
        Optional.of(user),
        Optional.ofNullable(password),
        Optional.empty(),
        Optional.ofNullable(authority).map(text -> EtlOptions.uri("db-ca", text)),
        tlsUnverified);
  }

  /** Reads the authorities from this machine's file systems. */
  public Warehouse open() throws IOException {
    return open(Map.of(), new Configuration());
  }

  /**
   * Reads the secret and the authorities.
   *
   * @param environment may name another endpoint of Secrets Manager
   * @param hadoop for the file system of the authorities
   * @throws UsageException when the secret is for another user than {@code --db-user}
   */
  Warehouse open(Map<String, String> environment, Configuration hadoop) throws IOException {
    Tls tls = tls(hadoop);
    if (secret.isEmpty()) {
      return new Warehouse(jdbcUrl, user.orElseThrow(), password.orElse(null), tls);
    }
    DatabaseLogin login = new SecretsManager(environment).login(secret.get());
    if (user.isPresent() && !user.get().equals(login.user())) {
      throw new UsageException(
          "--db-user is %s, but the secret of --db-secret-arn is for %s"
              .formatted(user.get(), login.user()),
          "Leave out --db-user");
    }
    return new Warehouse(jdbcUrl, login.user(), login.password(), tls);
  }

  /** Returns the TLS settings; null on this machine, where the driver's defaults apply. */
  private Tls tls(Configuration hadoop) throws IOException {
    if (authority.isPresent()) {
      return Tls.verified(authorities(authority.get(), hadoop));
    }
    return new JdbcUrl(jdbcUrl).isLoopback() ? null : Tls.unverified();
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
