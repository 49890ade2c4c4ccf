package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs nginx with the configuration and the password file of the warehouse's host. */
class DashboardsLoginIT {

  private static final Path HOST =
      Path.of(System.getProperty("clickstream.home"), "infra/host/warehouse");
  private static final String PASSWORD = "a password: 100 % \"quoted\" $x";

  @TempDir private static Path folder;

  private static final Map<String, String> seen = new ConcurrentHashMap<>();
  private static HttpServer shiny;
  private static Process nginx;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    shiny = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shiny.createContext(
        "/",
        exchange -> {
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      seen.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
          byte[] body = "dashboards".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    shiny.start();
    run(
        Map.of(
            "HOST",
            "localhost",
            "CLICKSTREAM_TLS",
            folder.resolve("tls").toString(),
            "CLICKSTREAM_PUBLISH",
            "cp -t " + folder),
        HOST.resolve("clickstream-certificate"));
    run(
        Map.of("CLICKSTREAM_NGINX", folder.toString(), "DASHBOARD_PASSWORD", PASSWORD),
        HOST.resolve("clickstream-login"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.createDirectories(folder.resolve("logs"));
    // The drill changes places, ports and the user, and nothing else.
    String configuration =
        Files.readString(HOST.resolve("nginx.conf"))
            .replace("user nginx;", "user " + System.getProperty("user.name") + ";")
            .replace("/run/nginx.pid", folder.resolve("nginx.pid").toString())
            .replace("/etc/nginx/", folder + "/")
            .replace("listen 8443", "listen 127.0.0.1:" + port)
            .replace("127.0.0.1:3838", "127.0.0.1:" + shiny.getAddress().getPort());
    Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
    nginx =
        new ProcessBuilder(
                program(), "-p", folder.toString(), "-c", file.toString(), "-g", "daemon off;")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nginx.log").toFile())
            .start();
    for (int tries = 0; !accepts(); tries++) {
      assertThat(nginx.isAlive() && tries < 6_000)
          .as(() -> read(folder.resolve("nginx.log")))
          .isTrue();
      Thread.sleep(100);
    }
  }

  @AfterAll
  static void stop() {
    if (nginx != null) {
      nginx.descendants().forEach(ProcessHandle::destroy);
      nginx.destroy();
    }
    if (shiny != null) {
      shiny.stop(0);
    }
  }

  private static String program() {
    return Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean accepts() {
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(Map<String, String> environment, Path script) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
    builder.environment().putAll(new HashMap<>(environment));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
  }

  /** Returns a client that trusts the authority that the host publishes, and no other. */
  private static HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    try (var in = Files.newInputStream(folder.resolve("authorities.pem"))) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, factory.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
  }

  private static HttpRequest.Builder request(String scheme, String login) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + port + "/x"));
    return login == null
        ? request
        : request.header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
  }

  private static HttpResponse<String> get(String login) throws Exception {
    return client().send(request("https", login).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void thePasswordOfTheSecretOpensTheDashboards() throws Exception {
    HttpResponse<String> response = get("analyst:" + PASSWORD);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("dashboards");
    assertThat(seen).as("R needs no password").doesNotContainKey("authorization");
  }

  @Test
  void nothingElseDoes() throws Exception {
    for (String login : new String[] {null, "analyst:", "analyst:x", "root:" + PASSWORD, ":"}) {
      HttpResponse<String> response = get(login);
      assertThat(response.statusCode()).as(login).isEqualTo(401);
      assertThat(response.body()).doesNotContain("dashboards");
    }
  }

  @Test
  void plainHttpIsNotServed() throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                request("http", "analyst:" + PASSWORD).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThatThrownBy(
            () ->
                HttpClient.newHttpClient()
                    .send(request("https", null).build(), HttpResponse.BodyHandlers.discarding()))
        .as("a client that does not trust the authority")
        .isInstanceOf(IOException.class);
  }

  @Test
  void upgradesToWebSocketsPass() throws Exception {
    String answer;
    try (var socket = client().sslContext().getSocketFactory().createSocket("localhost", port)) {
      socket
          .getOutputStream()
          .write(
              ("GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nAuthorization: Basic "
                      + Base64.getEncoder()
                          .encodeToString(("analyst:" + PASSWORD).getBytes(StandardCharsets.UTF_8))
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
    }
    assertThat(answer).isEqualTo("HTTP/1.1 200");
    assertThat(seen).containsEntry("upgrade", "websocket").containsEntry("connection", "upgrade");
  }

  @Test
  void nobodyElseReadsThePasswordFile() throws IOException {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("clickstream.htpasswd"))))
        .isEqualTo("rw-r-----");
    assertThat(Files.readString(folder.resolve("clickstream.htpasswd")))
        .startsWith("analyst:$6$")
        .doesNotContain(PASSWORD);
  }

  /** The R process is reached through Session Manager or nginx only. */
  @Test
  void theDashboardsListenOnLoopbackOnly() throws IOException {
    assertThat(Files.readString(HOST.resolve("units/clickstream-dashboards.service")))
        .contains("host = '127.0.0.1', port = 3838");
    assertThat(List.of(Files.readString(HOST.resolve("nginx.conf")).split("\n")))
        .filteredOn(line -> line.contains("listen "))
        .containsExactly("    listen 8443 ssl;");
  }
}
