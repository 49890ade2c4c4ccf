package io.clickstream.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that docs/security.md and the list of decision records name exist. */
class SecurityPageTest {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  private static final Set<String> BUILT =
      Set.of(".git", ".clickstream", "target", "target-spark-3.5", "node_modules", "cdk.out");

  /** A class of JUnit, a file of Vitest, Playwright or Node, or a file of testthat. */
  private static final Pattern TEST =
      Pattern.compile("`(\\w+(?:Test|IT|Nightly|Target)|[\\w-]+\\.test\\.\\w+|test-[\\w-]+\\.R)`");

  @ParameterizedTest
  @ValueSource(strings = {"docs/security.md", "docs/adr/README.md"})
  void eachTestThatThePageNamesExists(String page) throws IOException {
    List<String> named =
        TEST.matcher(Files.readString(HOME.resolve(page)))
            .results()
            .map(found -> found.group(1))
            .map(name -> name.contains(".") ? name : name + ".java")
            .distinct()
            .toList();
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(filesOfTheRepository()).containsAll(named);
  }

  /** Each row of the table has a chapter, the rule, and a test or the word for its absence. */
  @Test
  void eachItemOfTheStandardHasATestOrIsAGap() throws IOException {
    List<String> rows =
        Pattern.compile("(?m)^\\| V\\d.*$")
            .matcher(Files.readString(HOME.resolve("docs/security.md")))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(rows).hasSizeGreaterThan(15);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(TEST.matcher(row).find() || row.contains("gap") || row.contains(".ci/"))
                    .as(row)
                    .isTrue());
  }

  @Test
  void theListOfDecisionRecordsHasEach() throws IOException {
    List<String> records;
    try (Stream<Path> files = Files.list(HOME.resolve("docs/adr"))) {
      records =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals("README.md"))
              .toList();
    }
    assertThat(records).hasSizeGreaterThan(15);
    assertThat(Files.readString(HOME.resolve("docs/adr/README.md")))
        .contains(records.stream().map(name -> "](" + name + ")").toList());
  }

  private static Set<String> filesOfTheRepository() throws IOException {
    Set<String> names = new HashSet<>();
    Files.walkFileTree(
        HOME,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return BUILT.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            names.add(file.getFileName().toString());
            return FileVisitResult.CONTINUE;
          }
        });
    return names;
  }
}
