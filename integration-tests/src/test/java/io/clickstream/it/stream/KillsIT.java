package io.clickstream.it.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.local.LocalStack;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.KilledDatabase;
import io.clickstream.testing.Nightly;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each process between the POST and the row is killed in turn during traffic: the ingest function,
 * the Kinesis server, the writer of the stream, the follower, and PostgreSQL. Accepted events are
 * stored, and loaded once.
 *
 * <p>By day the traffic takes about half a minute, by night five.
 */
class KillsIT {

  private static final Duration TRAFFIC =
      Boolean.getBoolean(Nightly.PROPERTY) ? Duration.ofMinutes(5) : Duration.ofSeconds(30);

  private static final int EVENTS_PER_POST = 10;
  private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([^\"]+)\"");

  @TempDir private Path folder;

  @Test
  void acceptedEventsAreLoadedWhicheverPartIsKilled() throws Exception {
    LocalStack.Plan plan =
        // Not temporary: PostgreSQL then waits until a commit is on disk.
        new LocalStack.Plan(Home.find(), folder.resolve("stack"), false, 0, 2)
            .withStream(Duration.ofSeconds(1));
    try (LocalStack stack = LocalStack.start(plan);
        ProcessReaper reaper = new ProcessReaper()) {
      stack.migrate(Home.find());
      AtomicReference<Process> follower = new AtomicReference<>(follow(stack, 0));
      AtomicReference<PostgresServer> database = new AtomicReference<>(stack.postgres());
      Traffic traffic = new Traffic(stack);
      Thread sender = new Thread(traffic, "traffic");
      try {
        sender.start();
        Instant end = Instant.now().plus(TRAFFIC);
        for (int round = 0; Instant.now().isBefore(end); round++) {
          Thread.sleep(TRAFFIC.toMillis() / 12);
          List<ProcessHandle> parts = new ArrayList<>(stack.processes());
          int part = round % (parts.size() + 2);
          if (part < parts.size()) {
            parts.get(part).destroyForcibly();
          } else if (part == parts.size()) {
            database.set(killAndStart(database.get(), reaper));
          } else {
            Command.kill(follower.get());
            follower.set(follow(stack, round));
          }
        }
        traffic.stop();
        sender.join();
        Eventually.holds(
            traffic.accepted() + " events are loaded",
            () -> events(stack) >= traffic.accepted() || !follower.get().isAlive());
        assertThat(events(stack)).isEqualTo(traffic.accepted());
        assertThat(stored()).isEqualTo(traffic.accepted());
        assertThat(traffic.accepted()).isGreaterThan(100);
        follower.get().destroy();
        assertThat(Eventually.ends(follower.get())).isZero();
      } finally {
        traffic.stop();
        Command.kill(follower.get());
        database.get().close();
      }
    }
  }

  /** Kills the server, and starts another one with its files and its port. */
  private PostgresServer killAndStart(PostgresServer server, ProcessReaper reaper)
      throws IOException, InterruptedException {
    Path data = folder.resolve("stack/postgresql");
    int port = server.port();
    KilledDatabase.kill(data);
    server.close();
    return new PostgresServer(data, port, true, reaper);
  }

  /** Returns the number of different events in the objects. */
  private long stored() throws IOException {
    Set<String> ids = new HashSet<>();
    try (Stream<Path> files = Files.walk(folder.resolve("stack/s3"))) {
      for (Path object : files.filter(file -> file.toString().endsWith(".ndjson")).toList()) {
        EVENT_ID.matcher(Files.readString(object)).results().forEach(id -> ids.add(id.group(1)));
      }
    }
    return ids.size();
  }

  private Process follow(LocalStack stack, int number) throws IOException {
    Command job =
        Command.javaWithSpark(
            EtlMain.class,
            "--raw",
            stack.rawRoot().toString(),
            "--follow",
            "2s",
            "--jdbc-url",
            stack.jdbcUrl(),
            "--db-user",
            PostgresServer.USER);
    List<String> words = new ArrayList<>(job.words());
    words.addAll(1, List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    for (Map.Entry<String, String> setting : stack.s3().sparkSettings().entrySet()) {
      words.add(1, "-D" + setting.getKey() + "=" + setting.getValue());
    }
    return new Command(words, stack.jobEnvironment()).start(folder, "follower-" + number);
  }

  private static long events(LocalStack stack) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                stack.jdbcUrl(), PostgresServer.USER, stack.postgres().password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM clickstream_events")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** A client that sends a batch again until it is accepted, as the tracker does. */
  private static final class Traffic implements Runnable {

    private final HttpClient http =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final LocalStack stack;
    private volatile int batches;

    Traffic(LocalStack stack) {
      this.stack = stack;
    }

    long accepted() {
      return (long) batches * EVENTS_PER_POST;
    }

    void stop() {
      stopped.set(true);
    }

    @Override
    public void run() {
      while (!stopped.get()) {
        String body =
            StreamUnderTest.array(StreamUnderTest.ids("batch-" + batches, 0, EVENTS_PER_POST));
        // The last batch is sent until it is accepted: otherwise some of its events may be stored.
        while (!isAccepted(body)) {
          pause();
        }
        batches++;
        pause();
      }
    }

    private boolean isAccepted(String body) {
      try {
        return http.send(
                    HttpRequest.newBuilder(stack.api().endpoint())
                        .timeout(Duration.ofSeconds(40))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private static void pause() {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
