package io.clickstream.etl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The login of the warehouse, read from a server with the HTTP protocol of Secrets Manager. */
class SecretsManagerTest {

  private static final SecretArn SECRET =
      new SecretArn("arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:etl-AbCdEf");
  private static final String PASSWORD = "s3cret!";
  private static final String LOGIN =
      "{\"username\":\"etl_loader\",\"password\":\"" + PASSWORD + "\"}";

  /** The two ways to read a secret. */
  enum Way {
    SDK_CLIENT(SdkSecretReader::new),
    SIGNED_REQUEST(SignedSecretReader::new);

    private final Function<URI, SecretReader> reader;

    Way(Function<URI, SecretReader> reader) {
      this.reader = reader;
    }
  }

  private record Response(int status, String body) {}

  /** The responses of the server in their order. It repeats the last one. */
  private final Deque<Response> responses = new ArrayDeque<>();

  private final List<Map<String, List<String>>> headers = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
    System.setProperty("aws.secretAccessKey", "wJalrXUtnFEMI");
    System.setProperty("aws.sessionToken", "token");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::respond);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    for (String property : List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken")) {
      System.clearProperty(property);
    }
  }

  private void respond(HttpExchange exchange) {
    try (exchange) {
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      Response response = responses.size() > 1 ? responses.poll() : responses.peek();
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.status(), body.length);
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

  private Map<String, String> environment() {
    return Map.of(
        SecretsManager.ENDPOINT_VARIABLE, "http://127.0.0.1:" + server.getAddress().getPort());
  }

  private DatabaseLogin login(Way way) throws IOException {
    return new SecretsManager(environment(), way.reader).login(SECRET);
  }

  @ParameterizedTest
  @EnumSource
  void oneSignedRequestReadsUserAndPassword(Way way) throws IOException {
    responses.add(new Response(200, holding(LOGIN)));

    assertThat(login(way)).isEqualTo(new DatabaseLogin("etl_loader", PASSWORD));

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

  @ParameterizedTest
  @EnumSource
  void aFailureOfTheServiceIsRetried(Way way) throws IOException {
    responses.add(new Response(500, ""));
    responses.add(new Response(200, holding(LOGIN)));
    assertThat(login(way).user()).isEqualTo("etl_loader");
    assertThat(bodies).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void aServiceThatKeepsFailingIsReported(Way way) {
    responses.add(new Response(500, ""));
    assertThatThrownBy(() -> login(way))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read " + SECRET + ": ")
        .message()
        .doesNotContain("\n");
    assertThat(bodies).hasSizeBetween(3, 4);
  }

  @ParameterizedTest
  @EnumSource
  void aRejectionHasTheMessageOfTheServiceAndIsNotRetried(Way way) {
    responses.add(
        new Response(
            400,
            "{\"__type\":\"com.amazonaws#ResourceNotFoundException\",\"Message\":\"can't find it\"}"));
    assertThatThrownBy(() -> login(way))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read "
                + SECRET
                + ": ResourceNotFoundException: can't find it."
                + " Check the ARN and the permissions of the job's role.");
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
    responses.add(new Response(200, holding(secret)));
    assertThatThrownBy(() -> login(Way.SDK_CLIENT))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read " + SECRET + ": it ")
        .message()
        .doesNotContain(PASSWORD, "\n");
  }

  @ParameterizedTest
  @EnumSource
  void aBinarySecretIsRefused(Way way) {
    responses.add(new Response(200, "{\"SecretBinary\":\"AAAA\"}"));
    assertThatThrownBy(() -> login(way))
        .hasMessage("Cannot read " + SECRET + ": it is binary. Store JSON text in it.");
  }

  @ParameterizedTest
  @EnumSource
  void anUnreachableServiceIsReportedInOneLine(Way way) {
    server.stop(0);
    assertThatThrownBy(() -> login(way))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "Cannot read " + SECRET + ": no response from Secrets Manager at http://127.0.0.1:")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aPlatformWithoutTheClientOfTheSdkSendsASignedRequest() throws Exception {
    responses.add(new Response(200, holding(LOGIN)));
    List<URL> withoutClient = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("secretsmanager")) {
        withoutClient.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader platform =
        new URLClassLoader(
            withoutClient.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> platform.loadClass(SecretsManagerClient.class.getName()))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> type = platform.loadClass(SecretsManager.class.getName());
      Class<?> arn = platform.loadClass(SecretArn.class.getName());
      Constructor<?> create = type.getDeclaredConstructor(Map.class);
      Constructor<?> createArn = arn.getDeclaredConstructor(String.class);
      Method login = type.getDeclaredMethod("login", arn);
      for (AccessibleObject member : List.of(create, createArn, login)) {
        member.setAccessible(true);
      }
      Object read =
          login.invoke(create.newInstance(environment()), createArn.newInstance(SECRET.text()));
      assertThat(read).hasToString("etl_loader");
    }
  }

  @Test
  void theEndpointIsInTheRegionOfTheSecret() {
    assertThat(SECRET.endpoint()).isEqualTo("https://secretsmanager.ap-southeast-1.amazonaws.com");
    assertThat(
            new SecretArn("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:x").endpoint())
        .isEqualTo("https://secretsmanager.cn-north-1.amazonaws.com.cn");
  }

  @Test
  void aSecretForAnotherUserIsRefused(@TempDir Path folder) throws IOException {
    responses.add(new Response(200, holding(LOGIN)));
    Path ca = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----");
    WarehouseTarget target = target(Optional.empty(), Optional.of(ca));
    var warehouse = target.open(environment(), new Configuration(false));
    assertThat(warehouse.user()).isEqualTo("etl_loader");
    assertThat(warehouse.password()).isEqualTo(PASSWORD);
    assertThat(warehouse.tls().authorities()).isEqualTo("-----BEGIN CERTIFICATE-----");
    assertThat(List.of(target.toString(), warehouse.toString(), login(Way.SDK_CLIENT).toString()))
        .noneMatch(text -> text.contains(PASSWORD));

    WarehouseTarget another = target(Optional.of("somebody"), Optional.empty());
    assertThatThrownBy(() -> another.open(environment(), new Configuration(false)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("somebody")
        .hasMessageContaining("etl_loader");
  }

  @Test
  void aMissingAuthorityIsReported(@TempDir Path folder) {
    WarehouseTarget target = target(Optional.empty(), Optional.of(folder.resolve("none.pem")));
    assertThatThrownBy(() -> target.open(Map.of(), new Configuration(false)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "Cannot read --db-ca: file:\\S+ does not exist\\. Give the URI of a PEM file\\.");
  }

  private static WarehouseTarget target(Optional<String> user, Optional<Path> authority) {
    return new WarehouseTarget(
        "jdbc:postgresql://h/w",
        user,
        Optional.empty(),
        Optional.of(SECRET),
        authority.map(Path::toUri),
        authority.isEmpty());
  }
}
