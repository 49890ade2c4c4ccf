package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The warehouse's login from a server that speaks Secrets Manager's protocol, over HTTP. */
class SecretsManagerTest {

  private static final SecretArn SECRET =
      new SecretArn("arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:etl-AbCdEf");
  private static final String PASSWORD = "s3cret!";
  private static final String LOGIN =
      "{\"username\":\"etl_loader\",\"password\":\"" + PASSWORD + "\"}";

  /** What the server says, one after another; the last one again and again. */
  private record Said(int status, String body) {}

  private final Deque<Said> answers = new ArrayDeque<>();
  private final List<Map<String, List<String>>> headers = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
    System.setProperty("aws.secretAccessKey", "wJalrXUtnFEMI");
    System.setProperty("aws.sessionToken", "token");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    for (String property : List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken")) {
      System.clearProperty(property);
    }
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      Said said = answers.size() > 1 ? answers.poll() : answers.peek();
      byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(said.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String holding(String secret) {
    return "{\"ARN\":\"x\",\"CreatedDate\":1.7E9,\"VersionStages\":[\"AWSCURRENT\"],\"SecretString\":\""
        + secret.replace("\"", "\\\"")
        + "\"}";
  }

  private DatabaseLogin login() throws IOException {
    return new SecretsManager(
            Map.of(
                SecretsManager.ENDPOINT_VARIABLE,
                "http://127.0.0.1:" + server.getAddress().getPort()))
        .login(SECRET);
  }

  @Test
  void readsUserAndPasswordByOneSignedRequest() throws IOException {
    answers.add(new Said(200, holding(LOGIN)));

    assertThat(login()).isEqualTo(new DatabaseLogin("etl_loader", PASSWORD));

    assertThat(bodies).containsExactly("{\"SecretId\":\"" + SECRET + "\"}");
    Map<String, List<String>> sent = headers.get(0);
    assertThat(sent.get("X-amz-target")).containsExactly("secretsmanager.GetSecretValue");
    assertThat(sent.get("Content-type")).containsExactly("application/x-amz-json-1.1");
    assertThat(sent.get("X-amz-security-token")).containsExactly("token");
    assertThat(sent.get("Authorization"))
        .singleElement()
        .asString()
        .matches(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/ap-southeast-1/secretsmanager/aws4_request, "
                + "SignedHeaders=.*host.*x-amz-target.*, Signature=[0-9a-f]{64}");
  }

  @Test
  void asksAgainWhenTheServiceFails() throws IOException {
    answers.add(new Said(500, ""));
    answers.add(new Said(200, holding(LOGIN)));
    assertThat(login().user()).isEqualTo("etl_loader");
    assertThat(bodies).hasSize(2);
  }

  @Test
  void aRefusalIsSaidInTheServicesWordsAndNotAskedAgain() {
    answers.add(
        new Said(
            400,
            "{\"__type\":\"com.amazonaws#ResourceNotFoundException\",\"Message\":\"can't find it\"}"));
    assertThatThrownBy(this::login)
        .isInstanceOf(IOException.class)
        .hasMessage(SECRET + ": ResourceNotFoundException: can't find it");
    assertThat(bodies).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"username\":\"u\"}",
        "{\"password\":\"s3cret!\"}",
        "{\"username\":\"u\",\"password\":null}",
        "s3cret!",
        "[\"s3cret!\"]",
        "{\"username\":\"u\",\"password\":\"s3cret!"
      })
  void aSecretOfAnotherFormIsRefusedWithoutItsValue(String secret) {
    answers.add(new Said(200, holding(secret)));
    assertThatThrownBy(this::login)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(SECRET + ": the secret ")
        .message()
        .doesNotContain(PASSWORD, "\n");
  }

  @Test
  void aBinarySecretIsRefused() {
    answers.add(new Said(200, "{\"SecretBinary\":\"AAAA\"}"));
    assertThatThrownBy(this::login).hasMessage(SECRET + ": the secret is no text");
  }

  @Test
  void nobodyThereIsOneLine() {
    server.stop(0);
    assertThatThrownBy(this::login)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(SECRET + ": Secrets Manager at http://127.0.0.1:")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void theEndpointIsThatOfTheSecretsRegion() {
    assertThat(SECRET.endpoint()).isEqualTo("https://secretsmanager.ap-southeast-1.amazonaws.com");
    assertThat(
            new SecretArn("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:x").endpoint())
        .isEqualTo("https://secretsmanager.cn-north-1.amazonaws.com.cn");
  }

  @Test
  void theSecretsUserIsTheWarehousesAndAnotherOneIsRefused(@TempDir Path folder)
      throws IOException {
    answers.add(new Said(200, holding(LOGIN)));
    Path ca = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----");
    Map<String, String> environment =
        Map.of(
            SecretsManager.ENDPOINT_VARIABLE, "http://127.0.0.1:" + server.getAddress().getPort());
    WarehouseTarget target = target(Optional.empty(), Optional.of(ca));
    var warehouse = target.open(environment, new Configuration(false));
    assertThat(warehouse.user()).isEqualTo("etl_loader");
    assertThat(warehouse.password()).isEqualTo(PASSWORD);
    assertThat(warehouse.authorities()).isEqualTo("-----BEGIN CERTIFICATE-----");
    assertThat(List.of(target.toString(), warehouse.toString(), login().toString()))
        .noneMatch(text -> text.contains(PASSWORD));

    WarehouseTarget another = target(Optional.of("somebody"), Optional.empty());
    assertThatThrownBy(() -> another.open(environment, new Configuration(false)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("somebody")
        .hasMessageContaining("etl_loader");
  }

  @Test
  void anAuthorityThatIsNotThereIsSaid(@TempDir Path folder) {
    WarehouseTarget target = target(Optional.empty(), Optional.of(folder.resolve("none.pem")));
    assertThatThrownBy(() -> target.open(Map.of(), new Configuration(false)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("--db-ca: there is no file:");
  }

  private static WarehouseTarget target(Optional<String> user, Optional<Path> authority) {
    return new WarehouseTarget(
        "jdbc:postgresql://h/w",
        user,
        Optional.empty(),
        Optional.of(SECRET),
        authority.map(Path::toUri));
  }
}
