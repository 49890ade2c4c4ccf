package io.clickstream.etl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/**
 * Reads secrets with one request that the AWS SDK's signer signs, for platforms without the SDK's
 * client of Secrets Manager. Credentials are those that the SDK finds by default.
 */
final class SignedSecretReader implements SecretReader {

  private static final String SERVICE = "secretsmanager";
  private static final String TARGET = "secretsmanager.GetSecretValue";
  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int SERVER_ERROR = 500;
  private static final int OK = 200;

  private static final Retry RETRY =
      Retry.of(
          SERVICE,
          RetryConfig.<HttpResponse<String>>custom()
              .maxAttempts(3)
              .waitDuration(Duration.ofSeconds(1))
              .retryOnResult(response -> response.statusCode() >= SERVER_ERROR)
              .retryExceptions(IOException.class)
              .build());

  /** The HTTP client sets these headers itself. */
  private static final Set<String> HEADERS_OF_THE_CLIENT = Set.of("host", "content-length");

  private static final JsonFactory JSON = new JsonFactory();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI endpoint;

  SignedSecretReader(URI endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String read(SecretArn secret) throws IOException {
    HttpResponse<String> response = send(secret, signed(secret));
    Map<String, String> body;
    try {
      body = FlatJson.texts(response.body());
    } catch (FlatJson.NotAnObjectException e) {
      throw SecretsManager.refused(secret, "status " + response.statusCode(), null);
    }
    if (response.statusCode() != OK) {
      String type = body.getOrDefault("__type", "status " + response.statusCode());
      throw SecretsManager.refused(
          secret,
          type.substring(type.indexOf('#') + 1),
          body.getOrDefault("message", body.get("Message")));
    }
    String text = body.get("SecretString");
    if (text == null) {
      throw SecretsManager.cannotRead(secret, "it is binary", "Store JSON text in it");
    }
    return text;
  }

  private HttpResponse<String> send(SecretArn secret, HttpRequest request) throws IOException {
    try {
      return RETRY.executeCheckedSupplier(
          () -> http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw SecretsManager.unreachable(secret, endpoint, e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot read a secret: interrupted.", e);
    }
  }

  private HttpRequest signed(SecretArn secret) throws IOException {
    URI root = endpoint.resolve("/");
    String body = body(secret);
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(root)
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", CONTENT_TYPE)
            .putHeader("X-Amz-Target", TARGET)
            .build();
    AwsCredentials credentials = credentials(secret);
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(credentials)
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, secret.region()));
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(root)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
      if (!HEADERS_OF_THE_CLIENT.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> builder.header(header.getKey(), value));
      }
    }
    return builder.build();
  }

  private AwsCredentials credentials(SecretArn secret) throws IOException {
    try (DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build()) {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      throw SecretsManager.unreachable(secret, endpoint, e);
    }
  }

  private static String body(SecretArn secret) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("SecretId", secret.text());
      json.writeEndObject();
    }
    return text.toString();
  }
}
