package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.servers.Home;
import io.clickstream.testing.TestWarehouses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The blocks of {@code docs/data-dictionary.md} between {@code <!-- generated: NAME -->} and {@code
 * <!-- end -->} are the comments of the migrated database. {@code -Ddictionary.write=true} writes
 * them.
 */
class DataDictionaryIT {

  private static final int LINE_LENGTH = 100;

  private static final Pattern BLOCK =
      Pattern.compile("<!-- generated: (\\w+) -->\\n.*?<!-- end -->", Pattern.DOTALL);

  @Test
  void generatedBlocksAreTheCommentsOfTheDatabase() throws Exception {
    Path page = Home.find().folder().resolve("docs/data-dictionary.md");
    String written = Files.readString(page);
    Map<String, String> blocks = blocks();
    List<String> names = BLOCK.matcher(written).results().map(block -> block.group(1)).toList();
    assertThat(names).containsExactlyInAnyOrderElementsOf(blocks.keySet());
    String expected = BLOCK.matcher(written).replaceAll(block -> replacement(block, blocks));
    if (Boolean.getBoolean("dictionary.write")) {
      Files.writeString(page, expected);
    }
    assertThat(written).isEqualTo(expected);
  }

  private static String replacement(MatchResult block, Map<String, String> blocks) {
    String name = block.group(1);
    return Matcher.quoteReplacement(
        "<!-- generated: " + name + " -->\n" + blocks.get(name) + "<!-- end -->");
  }

  /** Returns the text of each block by the name of its table, and that of the views. */
  private static Map<String, String> blocks() throws SQLException {
    Map<String, StringBuilder> blocks = new TreeMap<>();
    try (Connection connection = TestWarehouses.connect(TestWarehouses.migrated());
        Statement statement = connection.createStatement()) {
      ResultSet columns = statement.executeQuery(sql("commented_columns"));
      while (columns.next()) {
        String table = columns.getString("table_name");
        if (!blocks.containsKey(table)) {
          blocks.put(table, tableHead(columns));
        }
        blocks
            .get(table)
            .append(
                row(
                    "`" + columns.getString("column_name") + "`",
                    columns.getString("type"),
                    columns.getBoolean("is_not_null") ? "no" : "yes",
                    comment(columns, "column_comment")));
      }
      StringBuilder views = new StringBuilder("\n" + row("view", "rows") + row("---", "---"));
      ResultSet view = statement.executeQuery(sql("commented_views"));
      while (view.next()) {
        views.append(row("`" + view.getString("view_name") + "`", comment(view, "view_comment")));
      }
      blocks.put("views", views);
    }
    Map<String, String> texts = new TreeMap<>();
    blocks.forEach((name, text) -> texts.put(name, text.append('\n').toString()));
    return texts;
  }

  private static String sql(String name) {
    return SqlStatement.of(DataDictionaryIT.class, name).text();
  }

  private static StringBuilder tableHead(ResultSet columns) throws SQLException {
    return new StringBuilder("\n")
        .append(wrapped(comment(columns, "table_comment").replace("|", "\\|")))
        .append("\nPrimary key: " + columns.getString("primary_key") + ".\n\n")
        .append(row("column", "type", "null", "meaning"))
        .append(row("---", "---", "---", "---"));
  }

  private static String comment(ResultSet row, String column) throws SQLException {
    String comment = row.getString(column);
    assertThat(comment).as("Comment of %s", row.getString(1)).isNotBlank().endsWith(".");
    return comment;
  }

  private static String row(String... cells) {
    List<String> escaped = new ArrayList<>();
    for (String cell : cells) {
      escaped.add(cell.replace("|", "\\|").replace("<", "\\<"));
    }
    return "| " + String.join(" | ", escaped) + " |\n";
  }

  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int length = 0;
    for (String word : text.split(" ")) {
      if (length > 0 && length + 1 + word.length() > LINE_LENGTH) {
        lines.append('\n');
        length = 0;
      }
      lines.append(length == 0 ? "" : " ").append(word);
      length += (length == 0 ? 0 : 1) + word.length();
    }
    return lines.append('\n').toString();
  }
}
