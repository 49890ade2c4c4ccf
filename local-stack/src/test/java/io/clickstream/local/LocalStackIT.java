package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.servers.Home;
import io.clickstream.testing.Command;
import io.clickstream.testing.Command.Ended;
import io.clickstream.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The platform's parts, from start to the end of every process. */
class LocalStackIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY =
      "events/\\d{4}/\\d\\d/\\d\\d/\\d\\d/event-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json";

  private static final String UNAUTHORIZED = "{\"message\":\"Unauthorized\"}";

  @TempDir private Path folder;

  @Test
  void twoStacksSideBySideStoreTheirOwnPostsAndLeaveNothing() throws Exception {
    Path[] folders = {folder.resolve("one"), folder.resolve("two")};
    CompletableFuture<LocalStack> second = CompletableFuture.supplyAsync(() -> started(folders[1]));
    try (LocalStack one = started(folders[0]);
        LocalStack two = second.join()) {
      assertStores(one, "{\"eventName\":\"page_view\",\"n\":[1,2.50,null,\"Bàn phím 💻\"]}");
      assertStores(two, "{\"clientId\":\"c-2\",\"_ingest\":{\"receivedAt\":\"forged\"},\"x\":{}}");
      assertStores(two, "{\"clientId\":\"c-3\"}");
      assertListsRequestsForItsUserOnly(one);
      assertThat(objects(one)).hasSize(1);
      assertThat(objects(two)).hasSize(2);
      assertThat(processesOf(folders[0])).isNotEmpty();
    }
    for (Path each : folders) {
      assertThat(each).doesNotExist();
      assertThat(processesOf(each)).isEmpty();
    }
  }

  @Test
  void aKilledProcessLeavesNothing() throws Exception {
    Path temporary = folder.resolve("killed");
    Process process =
        Command.java(StackProcess.class, temporary.toString()).start(folder, "killed");
    try {
      Eventually.holds(
          "the stack is up: " + Files.readAllLines(folder.resolve("killed.err")),
          () -> Files.readString(folder.resolve("killed.out")).startsWith(StackProcess.UP));
      List<ProcessHandle> started = new ArrayList<>(process.descendants().toList());
      started.addAll(processesOf(temporary));
      // Two of the function, the reaper, the server and its own helpers.
      assertThat(started).hasSizeGreaterThan(4);

      process.destroyForcibly().onExit().join();

      Eventually.holds(
          "all processes end", () -> started.stream().noneMatch(ProcessHandle::isAlive));
      Eventually.holds("the folder goes", () -> !Files.exists(temporary));
    } finally {
      Command.kill(process);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {700, 1_300, 2_200})
  void aProcessKilledDuringItsStartLeavesNothing(int millis) throws Exception {
    Path temporary = folder.resolve("starting");
    Process process =
        Command.java(StackProcess.class, temporary.toString()).start(folder, "starting");
    Thread.sleep(millis);
    process.destroyForcibly().onExit().join();
    Eventually.holds(
        "processes end and the folder goes",
        () -> processesOf(temporary).isEmpty() && !Files.exists(temporary));
    Thread.sleep(500);
    assertThat(temporary).doesNotExist();
    assertThat(processesOf(temporary)).isEmpty();
  }

  /** Starts a copy of the libraries, because the other user cannot read this user's files. */
  @Test
  void postgresStartsForAUserWithoutRights() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "all other tests run as a user without rights");
    assumeTrue(
        new File("/usr/sbin/runuser").canExecute(), "runuser is needed to become another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path project = folder.resolve("project");
    copyTree(Home.find().sql(), project.resolve("sql"));
    String classpath = copiedClasspath(folder.resolve("classes"));

    Ended ended =
        Command.of(
                "runuser",
                "-u",
                "nobody",
                "--",
                Command.javaHome().resolve("bin/java").toString(),
                "-Dclickstream.home=" + project,
                "-cp",
                classpath,
                PostgresProcess.class.getName(),
                folder.resolve("data").toString())
            .with("XDG_CACHE_HOME", folder.resolve("cache").toString())
            .run();

    assertThat(ended.status()).as("%s", ended.err()).isZero();
    assertThat(ended.out()).singleElement().asString().matches("nobody [1-9]\\d*");
    assertThat(processesOf(folder)).isEmpty();
  }

  private static LocalStack started(Path folder) {
    try {
      return LocalStack.start(new LocalStack.Plan(Home.find(), folder, true, 0, 1));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The object holds the body as sent, but for the client's {@code _ingest}, and the server's. */
  private static void assertStores(LocalStack stack, String body) throws Exception {
    Map<String, String> before = objects(stack);
    Instant sentAt = Instant.now();
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(stack.api().endpoint())
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "tests/1")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    Map<String, String> after = objects(stack);
    after.keySet().removeAll(before.keySet());

    assertThat(after).hasSize(1);
    Map.Entry<String, String> stored = after.entrySet().iterator().next();
    assertThat(stored.getKey()).matches(KEY);
    ObjectNode object = (ObjectNode) JSON.readTree(stored.getValue());
    JsonNode ingest = object.remove("_ingest");
    ObjectNode sent = (ObjectNode) JSON.readTree(body);
    sent.remove("_ingest");
    assertThat(object).isEqualTo(sent);
    assertThat(ingest.path("userAgent").asText()).isEqualTo("tests/1");
    assertThat(ingest.path("sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(Instant.parse(ingest.path("receivedAt").asText()))
        .isBetween(sentAt.minusSeconds(1), Instant.now());
  }

  private static void assertListsRequestsForItsUserOnly(LocalStack stack) throws Exception {
    Path login = stack.debugLogin();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(login)))
        .isEqualTo("rw-------");
    String url = stack.api().endpoint().resolve("/debug/events").toString();
    assertThat(Command.of("curl", "-sS", url).run().out()).containsExactly(UNAUTHORIZED);
    Ended listed = Command.of("curl", "-sS", "--netrc-file", login.toString(), url).run();
    assertThat(String.join("", listed.out())).contains("\"total\" : 1");
  }

  /** Objects by key, through S3A. */
  private static Map<String, String> objects(LocalStack stack) throws IOException {
    Configuration configuration = new Configuration();
    stack
        .s3()
        .sparkSettings()
        .forEach(
            (name, value) -> configuration.set(name.substring("spark.hadoop.".length()), value));
    Map<String, String> objects = new LinkedHashMap<>();
    URI bucket = URI.create("s3a://" + LocalStack.BUCKET + "/");
    try (FileSystem files = FileSystem.newInstance(bucket, configuration)) {
      RemoteIterator<LocatedFileStatus> listed =
          files.listFiles(new org.apache.hadoop.fs.Path(bucket), true);
      while (listed.hasNext()) {
        LocatedFileStatus file = listed.next();
        try (InputStream in = files.open(file.getPath())) {
          objects.put(
              bucket.relativize(file.getPath().toUri()).toString(),
              new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    return objects;
  }

  /** Returns the other processes whose command line has a path below the folder. */
  private static List<ProcessHandle> processesOf(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** Copies the part of this test's class path that PostgreSQL and the migrations need. */
  private static String copiedClasspath(Path target) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      Path copy = target.resolve(copies.size() + "-" + path.getFileName());
      if (Files.isDirectory(path)) {
        copyTree(path, copy);
        copies.add(copy.toString());
      } else if (path.getFileName()
          .toString()
          .matches(
              "(local-stack|testing|event-model|embedded-|postgresql|flyway|commons-|xz|slf4j|jackson|tools).*")) {
        Files.createDirectories(target);
        Files.copy(path, copy);
        copies.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
