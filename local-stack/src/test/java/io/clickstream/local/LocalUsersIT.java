package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other users of this machine reach the servers' ports and see its temporary folder. */
class LocalUsersIT {

  @TempDir private Path folder;

  @Test
  void noRoleLogsInWithoutItsPassword() throws Exception {
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = start(reaper)) {
      try (Connection connection = server.connect("postgres")) {
        connection.createStatement().execute("CREATE ROLE other LOGIN");
      }
      for (String user : List.of(PostgresServer.USER, "other")) {
        for (String password : new String[] {"", "postgres", "wrong"}) {
          assertThatThrownBy(() -> connect(server, user, password))
              .isInstanceOf(SQLException.class)
              .extracting(thrown -> ((SQLException) thrown).getSQLState())
              .isIn("28P01", "08004");
        }
      }
      assertThat(rules()).noneMatch(line -> line.contains("trust"));
      assertThat(rules()).isNotEmpty().allMatch(line -> line.endsWith("scram-sha-256"));
    }
  }

  @Test
  void theSocketIsInTheFolderThatOthersCannotEnter() throws Exception {
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = start(reaper)) {
      Path data = folder.resolve("postgresql");
      assertThat(data.resolve(".s.PGSQL." + server.port())).exists();
      assertThat(Path.of("/tmp/.s.PGSQL." + server.port())).doesNotExist();
      assertThat(mode(data)).isEqualTo("rwx------");
      assertThat(mode(server.passwordFile())).isEqualTo("rw-------");
    }
  }

  @Test
  void eachDataFolderHasAPasswordOfItsOwnAndKeepsIt() throws Exception {
    String first;
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = start(reaper)) {
      first = server.password();
      assertThat(first).hasSizeGreaterThan(20);
    }
    try (ProcessReaper reaper = new ProcessReaper();
        PostgresServer server = start(reaper)) {
      assertThat(server.password()).isEqualTo(first);
      assertThat(server.connect("postgres").isValid(1)).isTrue();
    }
    Files.setPosixFilePermissions(
        folder.resolve("postgresql.pgpass"), PosixFilePermissions.fromString("rw-r--r--"));
    try (ProcessReaper reaper = new ProcessReaper()) {
      assertThatThrownBy(() -> start(reaper))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other users may read it");
    }
    Files.delete(folder.resolve("postgresql.pgpass"));
    try (ProcessReaper reaper = new ProcessReaper()) {
      assertThatThrownBy(() -> start(reaper))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has no password file postgresql.pgpass. Move the folder away");
    }
  }

  @Test
  void objectsAndKeysAreThisUsersAlone() throws Exception {
    Path objects = folder.resolve("s3");
    String key;
    try (S3Server s3 = new S3Server(Home.find().s3Server(), objects, 0, List.of("bucket"))) {
      key = s3.secretKey();
      assertThat(key).hasSizeGreaterThan(20);
      assertThat(mode(objects)).isEqualTo("rwx------");
      assertThat(mode(s3.credentials())).isEqualTo("rw-------");
      assertThat(Files.readString(s3.credentials())).contains(s3.accessKey(), key);
    }
    try (S3Server again = new S3Server(Home.find().s3Server(), objects, 0, List.of())) {
      assertThat(again.secretKey()).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /", "GET /bucket", "PUT /bucket/x", "OPTIONS /bucket/x"})
  void theS3ServerAnswersNoUnsignedRequest(String request) throws Exception {
    try (S3Server s3 =
        new S3Server(Home.find().s3Server(), folder.resolve("s3"), 0, List.of("bucket"))) {
      String[] parts = request.split(" ");
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(s3.endpoint() + parts[1]))
                      .header("Origin", "http://evil.example")
                      .header("Access-Control-Request-Method", "PUT")
                      .method(parts[0], HttpRequest.BodyPublishers.ofString("x"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isBetween(400, 499);
      assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }
  }

  private PostgresServer start(ProcessReaper reaper) throws IOException {
    return new PostgresServer(folder.resolve("postgresql"), 0, false, reaper);
  }

  private static Connection connect(PostgresServer server, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl("postgres"), user, password);
  }

  /** Returns the rules of pg_hba.conf without comments. */
  private List<String> rules() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("postgresql/pg_hba.conf"))) {
      return lines
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
