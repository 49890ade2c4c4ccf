package io.clickstream.etl.cli;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** Reads secrets with the AWS SDK's client of Secrets Manager, which a platform may lack. */
final class SdkSecretReader implements SecretReader {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI endpoint;

  SdkSecretReader(URI endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String read(SecretArn secret) throws IOException {
    // Named, because the platform's SDK may have several HTTP clients.
    ApacheHttpClient.Builder http =
        ApacheHttpClient.builder().connectionTimeout(TIMEOUT).socketTimeout(TIMEOUT);
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .region(Region.of(secret.region()))
            .endpointOverride(endpoint)
            .httpClientBuilder(http)
            .build()) {
      String text = client.getSecretValue(get -> get.secretId(secret.text())).secretString();
      if (text == null) {
        throw SecretsManager.cannotRead(secret, "it is binary", "Store JSON text in it");
      }
      return text;
    } catch (SecretsManagerException e) {
      throw SecretsManager.refused(
          secret, e.awsErrorDetails().errorCode(), e.awsErrorDetails().errorMessage());
    } catch (SdkException e) {
      throw SecretsManager.unreachable(secret, endpoint, e);
    }
  }
}
