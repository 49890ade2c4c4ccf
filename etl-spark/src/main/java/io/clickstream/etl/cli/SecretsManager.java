package io.clickstream.etl.cli;

import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the login of the warehouse from AWS Secrets Manager.
 *
 * <p>The AWS SDK's client of the service reads the secret. S3A brings the core of the SDK to every
 * platform, but not that client: without it, {@link SignedSecretReader} sends the request.
 */
final class SecretsManager {

  /** The AWS SDKs' own variable for another endpoint. */
  static final String ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

  private static final Logger LOG = LoggerFactory.getLogger(SecretsManager.class);

  private final Map<String, String> environment;
  private final Function<URI, SecretReader> preferred;

  /**
   * Creates a client.
   *
   * @param environment may name another endpoint
   */
  SecretsManager(Map<String, String> environment) {
    // Not a method reference, which would load the reader's class, and the SDK's, at once.
    this(environment, endpoint -> new SdkSecretReader(endpoint));
  }

  SecretsManager(Map<String, String> environment, Function<URI, SecretReader> preferred) {
    this.environment = environment;
    this.preferred = preferred;
  }

  /**
   * Reads a login: JSON {@code {"username":…,"password":…}}.
   *
   * @throws IOException with one line that holds the reason and nothing of the secret
   */
  DatabaseLogin login(SecretArn secret) throws IOException {
    Map<String, String> login;
    try {
      login = FlatJson.texts(read(secret));
    } catch (FlatJson.NotAnObjectException e) {
      throw cannotRead(
          secret, "it is not a JSON object", "Store {\"username\":…,\"password\":…} in it");
    }
    String user = login.get("username");
    String password = login.get("password");
    if (user == null || password == null) {
      throw cannotRead(
          secret,
          "it has no username or no password",
          "Store {\"username\":…,\"password\":…} in it");
    }
    return new DatabaseLogin(user, password);
  }

  private String read(SecretArn secret) throws IOException {
    URI endpoint = URI.create(environment.getOrDefault(ENDPOINT_VARIABLE, secret.endpoint()));
    try {
      return preferred.apply(endpoint).read(secret);
    } catch (NoClassDefFoundError e) {
      LOG.info("Reading {} with a signed request: the platform lacks {}", secret, e.getMessage());
    }
    try {
      return new SignedSecretReader(endpoint).read(secret);
    } catch (NoClassDefFoundError e) {
      throw new IOException(
          "Cannot read "
              + secret
              + ": the platform lacks the AWS SDK 2 of S3A 3.4. Set DW_PASSWORD instead.",
          e);
    }
  }

  static IOException cannotRead(SecretArn secret, String reason, String remedy) {
    return new IOException("Cannot read " + secret + ": " + reason + ". " + remedy + ".");
  }

  /** Returns the error of a request that the service rejected, with the service's message. */
  static IOException refused(SecretArn secret, String code, String message) {
    return cannotRead(
        secret,
        code + (message == null || message.isBlank() ? "" : ": " + message),
        "Check the ARN and the permissions of the job's role");
  }

  static IOException unreachable(SecretArn secret, URI endpoint, Exception cause) {
    String reason = ErrorMessage.of(cause);
    IOException unreachable =
        cannotRead(
            secret,
            "no response from Secrets Manager at " + endpoint + ": " + reason,
            "Check the network and the AWS credentials");
    unreachable.initCause(cause);
    return unreachable;
  }
}
