package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The warehouse host passes the dashboards the variables that they read. */
class DashboardsOnHostTest {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  private static String text(String file) throws IOException {
    return Files.readString(HOME.resolve(file));
  }

  @Test
  void theHostWritesTheVariablesThatTheDashboardsRead() throws IOException {
    List<String> written =
        Pattern.compile("([A-Z][A-Z_]+)=[^A-Z]*\\\\n")
            .matcher(
                text("infra/host/warehouse/clickstream-passwords")
                    .lines()
                    .filter(line -> line.contains("printf 'DW_"))
                    .findFirst()
                    .orElseThrow())
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(written).containsExactly("DW_HOST", "DW_NAME", "DW_USER", "DW_PASSWORD");
    String read = text("shiny/app/logic/settings.R");
    assertThat(written).allSatisfy(name -> assertThat(read).contains('"' + name + '"'));
    // roles.sql creates this login.
    assertThat(text("infra/host/warehouse/clickstream-passwords")).contains("DW_USER=dashboards");
    assertThat(text("infra/host/warehouse/roles.sql"))
        .contains("GRANT clickstream_reader TO dashboards;");
  }

  @Test
  void theUnitStartsTheFolderOfTheArchive() throws IOException {
    MatchResult started =
        Pattern.compile("runApp\\('([^']+)'")
            .matcher(text("infra/host/warehouse/units/clickstream-dashboards.service"))
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(text("infra/shiny-runtime")).contains("\"$root" + started.group(1) + "/\"");
  }
}
