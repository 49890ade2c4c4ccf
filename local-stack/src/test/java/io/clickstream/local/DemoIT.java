package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import io.clickstream.testing.Command.Ended;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.Nightly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clickstream demo}, as a person runs it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {

  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*");

  /** The folder for temporary files of the processes, whose command lines contain it. */
  @TempDir private Path folder;

  private Path temporary;
  private Process running;

  @BeforeEach
  void onlyTheDefaultSpark() throws IOException {
    assumeTrue(
        System.getProperty("clickstream.target", "target").equals("target"),
        "the demo runs the default build only");
    temporary = Files.createDirectories(folder.resolve("tmp"));
  }

  @AfterEach
  void stop() {
    if (running != null) {
      Command.kill(running);
    }
  }

  @Test
  @Order(1)
  @Nightly("The kept demo differs only in its end")
  void aDemoEndsByItselfAndLeavesNothing() throws Exception {
    Ended ended = clickstream("demo", "--events", "1500").run();

    assertThat(ended.status()).as("%s\n%s", ended.out(), ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    assertLoadsTwiceAndChangesNoRow(ended.out());
    assertThat(ended.out()).contains("What to try next");
    assertNothingIsLeft();
  }

  private static void assertLoadsTwiceAndChangesNoRow(List<String> out) {
    assertThat(out).filteredOn(line -> line.contains(" listed = ")).hasSize(2);
    assertThat(out).filteredOn(line -> line.contains("no row changed")).hasSize(1);
    assertThat(out).noneMatch(line -> line.contains("✘") || line.contains("FAILED"));
  }

  @Test
  @Order(2)
  void loadsTwiceAndPrintsTheCountsOfTheWarehouse() throws Exception {
    Command command = clickstream("demo", "--events", "1500", "--seed", "7", "--keep");
    running = command.start(folder, "kept");
    awaitLine("kept", "Still up");
    awaitLine("kept", "  raw  ");
    List<String> out = Files.readAllLines(folder.resolve("kept.out"));
    assertLoadsTwiceAndChangesNoRow(out);
    String psql = only(out, "  warehouse  psql ");
    String port = psql.replaceAll(".* -p (\\d+) .*", "$1");
    String database = psql.substring(psql.lastIndexOf(' ') + 1);
    String passwords = only(out, "  passwords  ").replaceAll(".* PGPASSFILE='([^']+)'.*", "$1");
    String password = Files.readString(Path.of(passwords)).strip().replaceAll(".*:", "");
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    try (Connection warehouse = DriverManager.getConnection(url, PostgresServer.USER, password)) {
      assertFiguresAgree(out, Recount.of(warehouse));
    }

    running.destroy();

    Eventually.ends(running);
    assertThat(Files.readAllLines(folder.resolve("kept.err"))).isEmpty();
    assertNothingIsLeft();
  }

  private static void assertFiguresAgree(List<String> out, Recount recount) throws SQLException {
    assertThat(numbers(lineWith(out, " listed = ")))
        .containsExactly(
            recount.events() + recount.duplicates() + recount.rejected(),
            recount.events(),
            recount.duplicates(),
            recount.rejected());
    List<String> rejects = block(out, "Rejected records");
    assertThat(rejects.stream().mapToLong(line -> numbers(line).get(0)).sum())
        .isEqualTo(recount.rejected());

    List<String> visitors = block(out, "Visitors and sessions");
    assertThat(first(visitors, " visitors")).isEqualTo(recount.visitors());
    String sessions = lineWith(visitors, " engaged");
    assertThat(numbers(sessions).get(0)).isEqualTo(recount.sessions());
    assertThat(sessions)
        .contains(
            String.format(
                java.util.Locale.ROOT,
                ", %.1f %% engaged",
                100.0 * recount.engaged() / recount.sessions()));
    assertThat(first(visitors, " span midnight")).isEqualTo(recount.overMidnight());
    assertThat(first(visitors, " several tabs")).isEqualTo(recount.withSeveralTabs());
    assertThat(numbers(lineWith(visitors, " bot sessions ")))
        .containsExactly(recount.botSessions(), recount.botEvents());

    Map<String, Long> events = new LinkedHashMap<>();
    for (String line : block(out, "Events")) {
      events.put(line.substring(line.lastIndexOf(' ') + 1), numbers(line).get(0));
    }
    assertThat(events).containsExactlyEntriesOf(recount.topEvents(14));

    assertThat(block(out, "Purchase funnel"))
        .extracting(line -> numbers(line).get(0))
        .containsExactlyElementsOf(
            recount.funnel(
                List.of(
                    "product_view", "add_to_cart_click", "checkout_start", "checkout_complete")))
        .doesNotContain(0L);

    List<String> orders = block(out, "Orders");
    assertThat(orders).hasSize(2);
    assertThat(numbers(orders.get(0))).isEqualTo(List.of(recount.orders(), recount.orderEvents()));
    assertThat(numbers(orders.get(1)))
        .isEqualTo(List.of(recount.orders(), recount.revenue("VND"), recount.medianOrder("VND")));
  }

  @Test
  @Order(3)
  void anInterruptedDemoLeavesNothing() throws Exception {
    running = clickstream("demo", "--events", "20000").start(folder, "interrupted");
    awaitLine("interrupted", " 1  Starting");

    new ProcessBuilder("kill", "-TERM", Long.toString(running.pid())).start().waitFor();

    assertThat(Eventually.ends(running)).isNotZero();
    assertThat(Files.readString(folder.resolve("interrupted.out"))).doesNotContain("Done");
    assertNothingIsLeft();
  }

  @Test
  @Order(4)
  void wrongArgumentsExitWith2AndOneLine() throws Exception {
    for (List<String> wrong :
        List.of(
            List.of("demo", "--events", "0"),
            List.of("demo", "--events", "many"),
            List.of("demo", "--evens", "10"),
            List.of("migrate"))) {
      Ended ended = clickstream(wrong.toArray(String[]::new)).run();
      assertThat(ended.status()).as("%s", wrong).isEqualTo(2);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err())
          .singleElement()
          .asString()
          .matches("clickstream: Cannot run .+: .+\\. (Give|Run) .+\\.");
    }
  }

  @Test
  @Order(5)
  void anUnknownCommandExitsWith2() throws Exception {
    Ended ended = clickstream("dmeo").run();
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.errorsOf("clickstream"))
        .containsExactly(
            "clickstream: Cannot run 'dmeo': there is no such command. Use one of the above.");
  }

  private Command clickstream(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Home.find().folder().resolve("clickstream").toString());
    words.addAll(List.of(arguments));
    return new Command(words, Map.of())
        .with("CLICKSTREAM_NO_BUILD", "1")
        .with("JAVA_HOME", Command.javaHome().toString())
        .with("CLICKSTREAM_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
  }

  private void awaitLine(String name, String start) throws Exception {
    Path out = folder.resolve(name + ".out");
    Eventually.holds(
        name + " prints '" + start + "'",
        () -> {
          if (!running.isAlive()) {
            throw new AssertionError(Files.readString(folder.resolve(name + ".err")));
          }
          return Files.readAllLines(out).stream().anyMatch(line -> line.startsWith(start));
        });
  }

  /** No process, no file: at once after a good end, else as soon as the reaper has done it. */
  private void assertNothingIsLeft() throws Exception {
    Eventually.holds(
        "all processes end",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(
                    process ->
                        process.info().commandLine().orElse("").contains(temporary.toString())));
    Eventually.holds("all files are removed", () -> left().isEmpty());
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  /** The lines below a heading, up to the next empty one. */
  private static List<String> block(List<String> out, String heading) {
    int start =
        out.indexOf(out.stream().filter(line -> line.startsWith(heading)).findFirst().get());
    return out.subList(start + 1, out.size()).stream().takeWhile(line -> !line.isBlank()).toList();
  }

  private static String only(List<String> lines, String start) {
    List<String> found = lines.stream().filter(line -> line.startsWith(start)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String lineWith(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }

  private static long first(List<String> lines, String part) {
    return numbers(lineWith(lines, part)).get(0);
  }

  private static List<Long> numbers(String line) {
    return NUMBER
        .matcher(line)
        .results()
        .map(MatchResult::group)
        .map(text -> Long.parseLong(text.replace(",", "")))
        .toList();
  }
}
