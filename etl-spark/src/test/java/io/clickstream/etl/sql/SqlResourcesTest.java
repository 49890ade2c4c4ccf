package io.clickstream.etl.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Longer SQL of every module, its tests included, is in resources, which a linter checks. */
class SqlResourcesTest {

  private static final int MAX_LINES_IN_JAVA = 4;
  private static final Path HOME = Home.find().folder();

  private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern STATEMENT =
      Pattern.compile("\\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|CASE|WITH)\\b");

  /** String literals that are joined by plus signs, perhaps with other values between them. */
  private static final Pattern JOINED_LITERALS =
      Pattern.compile(
          "\"(?:[^\"\\\\\\n]|\\\\.)*+\"(?:\\s*+\\+\\s*+(?:\"(?:[^\"\\\\\\n]|\\\\.)*+\"|\\w++))++");

  private static List<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the folders {@code src/main} and {@code src/test} of each module. */
  private static List<Path> sources() {
    try (Stream<Path> files = Files.find(HOME, 3, (file, attributes) -> file.endsWith("pom.xml"))) {
      return files
          .map(pom -> pom.resolveSibling("src"))
          .filter(Files::isDirectory)
          .flatMap(source -> Stream.of(source.resolve("main"), source.resolve("test")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the first line of each statement that is too long for a Java source. */
  private static List<String> longStatements(String java) {
    Stream<String> blocks = TEXT_BLOCK.matcher(java).results().map(block -> block.group(1));
    Stream<String> joined =
        JOINED_LITERALS
            .matcher(TEXT_BLOCK.matcher(java).replaceAll("\"\""))
            .results()
            .map(MatchResult::group);
    return Stream.concat(blocks, joined)
        .filter(text -> STATEMENT.matcher(text).find())
        .filter(text -> text.stripTrailing().lines().count() > MAX_LINES_IN_JAVA)
        .map(text -> text.strip().lines().findFirst().orElseThrow())
        .toList();
  }

  @Test
  void aStatementOfMoreThanAFewLinesIsAResource() {
    List<String> found =
        sources().stream()
            .flatMap(source -> files(source, ".java").stream())
            .flatMap(
                file ->
                    longStatements(read(file)).stream()
                        .map(line -> HOME.relativize(file) + ": " + line))
            .toList();
    assertThat(found).isEmpty();
  }

  @Test
  void aTextBlockIsMeasuredByItsLines() {
    String four = "\"\"\"\nSELECT 1\n+ 2\n+ 3\n+ 4\"\"\"";
    assertThat(longStatements(four)).isEmpty();
    assertThat(longStatements(four.replace("+ 4", "+ 4\n+ 5"))).containsExactly("SELECT 1");
    assertThat(longStatements(four.replace("+ 4", "+ 4\n+ 5").replace("SELECT", "Total")))
        .isEmpty();
  }

  @Test
  void joinedLiteralsAreMeasuredByTheirLines() {
    String four = "\"SELECT 1\"\n + \" + 2\"\n + three\n + \" + 4\"";
    assertThat(longStatements(four)).isEmpty();
    assertThat(longStatements(four + "\n + \" + 5\"")).containsExactly("\"SELECT 1\"");
  }

  @Test
  void everyResourceIsUsedByAClassOfItsPackage() {
    List<Path> resources =
        sources().stream()
            .flatMap(source -> files(source.resolve("resources/io"), ".sql").stream())
            .toList();
    assertThat(resources)
        .isNotEmpty()
        .allSatisfy(
            resource -> {
              String name = resource.getFileName().toString().replace(".sql", "");
              Pattern use = Pattern.compile("\"" + Pattern.quote(name) + "(\\.sql)?\"");
              Path owner =
                  Path.of(resource.getParent().toString().replace("/resources/", "/java/"));
              assertThat(files(owner, ".java"))
                  .as(resource.toString())
                  .map(file -> use.matcher(read(file)))
                  .anyMatch(Matcher::find);
            });
  }
}
