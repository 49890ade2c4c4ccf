package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The cost page shows the output of the cost model. */
class CostModelIT {

  private static final Path DOCS = Path.of(System.getProperty("clickstream.home"), "docs");

  @Test
  void theTablesOfThePageAreTheOutputOfTheModel() throws Exception {
    Process model =
        new ProcessBuilder("python3", "-B", DOCS.resolve("cost/model.py").toString())
            .redirectErrorStream(true)
            .start();
    String tables = new String(model.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(model.waitFor()).as(tables).isZero();
    String page = Files.readString(DOCS.resolve("cost.md"));
    assertThat(page).contains("<!-- model.py -->\n" + tables.strip() + "\n<!-- /model.py -->");
  }

  @Test
  void theModelCountsTheEndpointsOfTheNetwork() throws Exception {
    long endpoints =
        Synthesis.onEmr().template("Network").properties("AWS::EC2::VPCEndpoint").stream()
            .filter(each -> each.path("VpcEndpointType").asText().equals("Interface"))
            .count();
    assertThat(Files.readString(DOCS.resolve("cost/model.py")))
        .contains("\"" + endpoints + " interface endpoints\": " + endpoints + " * prices");
  }

  /** Optional stacks have lines of their own. */
  @Test
  void theModelCountsTheAlarmsOfTheStacksThatEveryPlatformHas() throws Exception {
    long alarms =
        Synthesis.onGlue().templates().values().stream()
            .flatMap(template -> template.path("Resources").findValuesAsText("Type").stream())
            .filter("AWS::CloudWatch::Alarm"::equals)
            .count();
    assertThat(Files.readString(DOCS.resolve("cost/model.py")))
        .contains("\"" + alarms + " alarms, 26 metrics\": " + alarms + " * prices.alarm_month");
  }
}
