package io.clickstream.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

class CallersSecretTest {

  private static final AwsCredentials CREDENTIALS = AwsBasicCredentials.create("id", "key");
  private static final String SECRET = "not-for-any-message";

  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private int status = 200;
  private String answer;
  private CallersSecret secret;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          requests.add(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(body, StandardCharsets.UTF_8));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    secret = new CallersSecret("clickstream/callers", "ap-southeast-1", Optional.of(endpoint));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void isReadByOneSignedRequest() throws IOException {
    answer =
        "{\"Name\":\"x\",\"SecretString\":\"{\\\"SHARED_KEYS\\\":\\\"k\\\",\\\"n\\\":[1]}\",\"V\":[\"a\"]}";
    assertThat(secret.read(CREDENTIALS)).containsOnlyKeys("SHARED_KEYS").containsValue("k");
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0))
        .startsWith("secretsmanager.GetSecretValue AWS4-HMAC-SHA256 Credential=id/")
        .contains("/ap-southeast-1/secretsmanager/aws4_request")
        .endsWith("{\"SecretId\":\"clickstream/callers\"}");
  }

  @Test
  void errorsHoldNothingOfTheSecret() {
    for (String text :
        new String[] {
          "{\"SecretString\":\"" + SECRET + "\"}", "{\"SecretBinary\":\"" + SECRET + "\"}", SECRET
        }) {
      answer = text;
      assertThatThrownBy(() -> secret.read(CREDENTIALS))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Cannot read the secret of callers: ")
          .hasMessageNotContaining(SECRET)
          .hasNoCause();
    }
    status = 400;
    assertThatThrownBy(() -> secret.read(CREDENTIALS)).hasMessageContaining("status 400");
  }
}
