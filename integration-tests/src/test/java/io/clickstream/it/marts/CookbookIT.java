package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each query of {@code docs/sql-cookbook.md} gives the answer that the page prints. {@code
 * -Dcookbook.write=true} prints them anew.
 */
class CookbookIT {

  private static final int QUESTIONS = 15;

  /** A query, and the answer behind it: a table, when it is there already. */
  private static final Pattern RECIPE =
      Pattern.compile(
          "```sql\\n(?<query>.*?);\\n```\\n(?<answer>\\n(\\|[^\\n]*\\n)+)?", Pattern.DOTALL);

  @TempDir private Path raw;

  @Test
  void resultsOnThePageAreThoseOfItsQueries() throws Exception {
    String warehouse = load();
    Path page = Home.find().folder().resolve("docs/sql-cookbook.md");
    String printed = Files.readString(page);
    String computed;
    try (Connection connection = TestWarehouses.connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE clickstream_reader");
      computed = withAnswers(printed, statement);
    }
    if (Boolean.getBoolean("cookbook.write")) {
      Files.writeString(page, computed);
    }
    assertThat(RECIPE.matcher(printed).results().count()).isEqualTo(QUESTIONS);
    assertThat(computed).isEqualTo(printed);
  }

  private String load() throws IOException, SQLException {
    new RawObjectWriter(raw, RawObjectWriter.Settings.standard())
        .write(new Traffic(TrafficOptions.standard()), done -> {});
    TestSpark.session();
    String warehouse = TestWarehouses.migrated();
    EtlMain.run(
        new String[] {
          "--raw", raw.toUri().toString(),
          "--from", "2026-11-21",
          "--to", "2026-11-23",
          "--jdbc-url", warehouse,
          "--db-user", PostgresServer.USER,
          "--timezone", "Asia/Ho_Chi_Minh",
          "--own-hosts", "shop.example",
        },
        Map.of(),
        line -> {});
    return warehouse;
  }

  private static String withAnswers(String page, Statement statement) throws SQLException {
    StringBuilder written = new StringBuilder();
    int end = 0;
    for (MatchResult recipe : RECIPE.matcher(page).results().toList()) {
      String query = recipe.group(1);
      written.append(page, end, recipe.start());
      written.append("```sql\n").append(query).append(";\n```\n\n");
      written.append(table(statement, query));
      end = recipe.end();
    }
    return written.append(page.substring(end)).toString();
  }

  private static String table(Statement statement, String query) throws SQLException {
    ResultSet rows = statement.executeQuery(query);
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      names.add(rows.getMetaData().getColumnName(i));
    }
    StringBuilder table = new StringBuilder(line(names));
    table.append(line(names.stream().map(name -> "---").toList()));
    while (rows.next()) {
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        String value = rows.getString(i);
        values.add(value == null ? "" : value.replace("|", "\\|"));
      }
      table.append(line(values));
    }
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
