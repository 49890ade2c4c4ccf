package io.clickstream.ingest.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The secret of AWS Secrets Manager with the keys and secrets of callers, as JSON: {@code
 * {"SHARED_KEYS": "…", "HMAC_SECRETS": "…"}}, each separated by commas. The function's
 * configuration holds its name only.
 *
 * <p>One request needs no client library of the service, whose classes would slow down starts.
 *
 * @param name name or ARN
 * @param region region of the secret
 * @param endpoint another server than AWS's
 */
public record CallersSecret(String name, String region, Optional<URI> endpoint) {

  private static final int OK = 200;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads the secret.
   *
   * @return the texts of its members by name
   * @throws IOException with a reason that holds nothing of the secret
   */
  public Map<String, String> read() throws IOException {
    try {
      return read(S3Clients.functionCredentials().resolveCredentials());
    } catch (SdkException e) {
      throw new IOException("Cannot read the secret of callers: no credentials.", e);
    }
  }

  Map<String, String> read(AwsCredentials credentials) throws IOException {
    try (SdkHttpClient http = S3Clients.urlConnection()) {
      HttpExecuteResponse answer = http.prepareRequest(request(credentials)).call();
      int status = answer.httpResponse().statusCode();
      if (status != OK) {
        throw new IOException("Cannot read the secret of callers: status " + status + ".");
      }
      try (InputStream body = answer.responseBody().orElseThrow()) {
        String response = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        return texts(texts(response).get("SecretString"));
      }
    }
  }

  private HttpExecuteRequest request(AwsCredentials credentials) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("SecretId", name);
      json.writeEndObject();
    }
    return SignedRequests.to("secretsmanager", region, endpoint)
        .of("secretsmanager.GetSecretValue", body.toByteArray(), credentials);
  }

  /** Returns the members of an object that are texts. No message repeats one. */
  private static Map<String, String> texts(String json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json == null ? "" : json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("Cannot read the secret of callers: it is not a JSON object.");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          texts.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      return texts;
    } catch (JsonProcessingException e) {
      throw new IOException("Cannot read the secret of callers: it is not JSON.");
    }
  }
}
