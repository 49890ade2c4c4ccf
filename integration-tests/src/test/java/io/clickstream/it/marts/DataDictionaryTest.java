package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The data dictionary names each table and column of the migrations, and no other. */
class DataDictionaryTest {

  private static final Pattern TABLE =
      Pattern.compile("CREATE TABLE (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL);
  private static final Pattern COLUMN = Pattern.compile("(?m)^  ([a-z_0-9]+) +[A-Z]");
  private static final Pattern HEADING = Pattern.compile("(?m)^## `(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_0-9]+)` \\|");

  @Test
  void isComplete() throws IOException {
    assertThat(documented()).isEqualTo(migrated()).hasSizeGreaterThan(30);
  }

  private static Map<String, Set<String>> migrated() throws IOException {
    Map<String, Set<String>> tables = new LinkedHashMap<>();
    Path folder = Home.find().sql().resolve("migrations");
    Matcher table =
        TABLE.matcher(
            Files.readString(folder.resolve("V1__warehouse.sql"))
                + Files.readString(folder.resolve("V2__marts.sql")));
    while (table.find()) {
      tables.put(table.group(1), all(COLUMN, table.group(2)));
    }
    return tables;
  }

  private static Map<String, Set<String>> documented() throws IOException {
    String text = Files.readString(Home.find().folder().resolve("docs/data-dictionary.md"));
    Map<String, Set<String>> tables = new LinkedHashMap<>();
    Matcher heading = HEADING.matcher(text);
    while (heading.find()) {
      int end = text.indexOf("\n##", heading.end());
      tables.put(
          heading.group(1), all(ROW, text.substring(heading.end(), end < 0 ? text.length() : end)));
    }
    return tables;
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
