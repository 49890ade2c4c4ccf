package io.clickstream.etl.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Longer SQL is in resources, which a linter checks. */
class SqlResourcesTest {

  private static final int MAX_LINES_IN_JAVA = 4;
  private static final Path MODULE = Home.find().folder().resolve("etl-spark/src/main");
  private static final Path JAVA = MODULE.resolve("java/io/clickstream/etl");
  private static final Path SQL = MODULE.resolve("resources/io/clickstream/etl");

  private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern STATEMENT =
      Pattern.compile("\\b(SELECT|INSERT|UPDATE|DELETE|CREATE|CASE|WITH)\\b");

  private static List<Path> files(Path folder, String suffix) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
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

  @Test
  void aStatementOfMoreThanAFewLinesIsAResource() {
    List<String> found = new ArrayList<>();
    for (Path file : files(JAVA, ".java")) {
      Matcher block = TEXT_BLOCK.matcher(read(file));
      while (block.find()) {
        String text = block.group(1);
        if (STATEMENT.matcher(text).find() && text.lines().count() > MAX_LINES_IN_JAVA) {
          found.add(JAVA.relativize(file) + ": " + text.strip().lines().findFirst().orElseThrow());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyResourceIsUsedByAClassOfItsPackage() {
    assertThat(files(SQL, ".sql"))
        .isNotEmpty()
        .allSatisfy(
            resource -> {
              String name = resource.getFileName().toString().replace(".sql", "");
              Path owner = JAVA.resolve(SQL.relativize(resource.getParent()).toString());
              assertThat(files(owner, ".java"))
                  .as(resource.toString())
                  .anyMatch(file -> read(file).contains("\"" + name + "\""));
            });
  }
}
