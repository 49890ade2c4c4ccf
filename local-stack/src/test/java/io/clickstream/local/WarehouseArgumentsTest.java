package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands besides the job that take a URL refuse what the job refuses. */
class WarehouseArgumentsTest {

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("migrate"),
          List.of("check"),
          List.of("close", "--keep", "400d"),
          List.of("reload", "--no-load"),
          List.of("erase", "--prove", "--raw", "file:///raw", "--client-id=c"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://localhost/w?sslmode=disable | --jdbc-url has the parameter 'sslmode'.",
        "jdbc:postgresql://localhost/w?user=postgres | --jdbc-url has the parameter 'user'.",
        "jdbc:postgresql://localhost/w?password=x | --jdbc-url holds a password,",
        "jdbc:postgresql://10.0.0.1/w | --db-ca is missing, and the database is on another machine.",
        "jdbc:mysql://localhost/w | --jdbc-url is 'jdbc:mysql://localhost/w'.",
      })
  void aDangerousUrlIsRefusedInOneLine(String url, String reason) {
    for (List<String> command : COMMANDS) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      PrintStream before = System.err;
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int status;
      try {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("--jdbc-url", url, "--db-user", "u"));
        status = Clickstream.commandLine(new Clickstream()).execute(line.toArray(String[]::new));
      } finally {
        System.setErr(before);
      }
      assertThat(err.toString(StandardCharsets.UTF_8))
          .as("%s", command)
          .startsWith("clickstream: Cannot read the arguments: " + reason)
          .hasLineCount(1);
      assertThat(status).isEqualTo(2);
    }
  }
}
