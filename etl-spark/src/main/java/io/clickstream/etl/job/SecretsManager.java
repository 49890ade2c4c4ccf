package io.clickstream.etl.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
 * Reads the warehouse's login from AWS Secrets Manager: JSON {@code {"username":…,"password":…}}.
 *
 * <p>Credentials are those that the AWS SDK finds by default, and the request is signed by it. Both
 * come with S3A on every platform; the SDK's own client of Secrets Manager does not, so that the
 * one request there is is sent without it.
 */
final class SecretsManager {

  /** The AWS SDKs' own variable for another endpoint. */
  static final String ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

  private static final String SERVICE = "secretsmanager";
  private static final String TARGET = "secretsmanager.GetSecretValue";
  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int SERVER_ERROR = 500;
  private static final int OK = 200;

  /** The HTTP client sets these itself. */
  private static final Set<String> OF_THE_CLIENT = Set.of("host", "content-length");

  private static final JsonFactory JSON = new JsonFactory();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<String, String> environment;

  /**
   * A client.
   *
   * @param environment may name another endpoint
   */
  SecretsManager(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads a login.
   *
   * @throws IOException with one line that says what is wrong, and nothing of the secret
   */
  DatabaseLogin login(SecretArn secret) throws IOException {
    Map<String, String> answer = texts(ask(secret), secret + ": the answer");
    String value = answer.get("SecretString");
    if (value == null) {
      throw new IOException(secret + ": the secret is no text");
    }
    Map<String, String> login = texts(value, secret + ": the secret");
    String user = login.get("username");
    String password = login.get("password");
    if (user == null || password == null) {
      throw new IOException(secret + ": the secret needs a username and a password");
    }
    return new DatabaseLogin(user, password);
  }

  private String ask(SecretArn secret) throws IOException {
    HttpRequest request = signed(secret);
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> response =
            http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() == OK) {
          return response.body();
        }
        if (response.statusCode() < SERVER_ERROR || attempt == ATTEMPTS) {
          throw new RefusedByService(secret + ": " + reason(response));
        }
      } catch (RefusedByService e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException(
              secret + ": Secrets Manager at " + request.uri() + " is not reached: " + e, e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      pause();
    }
  }

  private HttpRequest signed(SecretArn secret) throws IOException {
    URI endpoint = URI.create(environment.getOrDefault(ENDPOINT_VARIABLE, secret.endpoint()) + "/");
    String body = body(secret);
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(endpoint)
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
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
      if (!OF_THE_CLIENT.contains(header.getKey().toLowerCase(java.util.Locale.ROOT))) {
        header.getValue().forEach(value -> builder.header(header.getKey(), value));
      }
    }
    return builder.build();
  }

  private static AwsCredentials credentials(SecretArn secret) throws IOException {
    try (DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build()) {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      throw new IOException(secret + ": no AWS credentials are found to read it with", e);
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

  /** The service's own words, which name no secret's value. */
  private static String reason(HttpResponse<String> response) {
    try {
      Map<String, String> error = texts(response.body(), "");
      String type = error.getOrDefault("__type", "status " + response.statusCode());
      String message = error.getOrDefault("message", error.getOrDefault("Message", ""));
      return type.substring(type.indexOf('#') + 1) + (message.isEmpty() ? "" : ": " + message);
    } catch (IOException e) {
      return "Secrets Manager answered with status " + response.statusCode();
    }
  }

  /** The texts of a JSON object by name; numbers too, as they stand. Nested values are left out. */
  private static Map<String, String> texts(String object, String what) throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser json = JSON.createParser(object)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(what + " is no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          texts.put(name, json.getText());
        }
        json.skipChildren();
      }
      return texts;
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      // Its message would quote what it read.
      throw new IOException(what + " is no JSON object");
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while asking Secrets Manager", e);
  }

  /** Asking again would not help. */
  private static final class RefusedByService extends IOException {

    private static final long serialVersionUID = 1L;

    RefusedByService(String message) {
      super(message);
    }
  }
}
