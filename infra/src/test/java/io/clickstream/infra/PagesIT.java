package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The operator's pages name existing parameters and outputs, and explain every required parameter.
 */
class PagesIT {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

  private static String page(String name) throws IOException {
    return Files.readString(HOME.resolve("docs").resolve(name));
  }

  private static List<MatchResult> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }

  private static JsonNode template(String stack) {
    return Synthesis.onEmr().templates().get("Clickstream-" + stack);
  }

  @Test
  void everyParameterWithoutADefaultIsExplained() throws IOException {
    String deploy = page("deploy.md");
    for (Synthesis platform : List.of(Synthesis.onEmr(), Synthesis.onGlue())) {
      for (JsonNode template : platform.templates().values()) {
        template
            .path("Parameters")
            .properties()
            .forEach(
                parameter -> {
                  if (!parameter.getValue().has("Default")) {
                    assertThat(deploy).contains("`" + parameter.getKey() + "`");
                  }
                });
      }
    }
  }

  @Test
  void parametersAndOutputsThatCommandsNameExist() throws IOException {
    for (String name : List.of("deploy.md", "runbook.md")) {
      String page = page(name);
      for (MatchResult given : found("Clickstream-(\\w+):(\\w+)=", page)) {
        assertThat(template(given.group(1)).path("Parameters").has(given.group(2)))
            .as(given.group())
            .isTrue();
      }
      List<MatchResult> asked = found("output ([A-Z]\\w+) (\\w+)", page);
      assertThat(asked).isNotEmpty();
      for (MatchResult output : asked) {
        assertThat(template(output.group(1)).path("Outputs").has(output.group(2)))
            .as(output.group())
            .isTrue();
      }
    }
  }

  /** CloudFormation gives a parameter that an update omits its default. */
  // docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
  @Test
  void anUpdateOfAStackNamesEachOfItsParameters() throws IOException {
    List<MatchResult> updates =
        found(
            "aws cloudformation update-stack --stack-name Clickstream-(\\w+)((?:.*\\\\\n)*.*)",
            page("runbook.md"));
    assertThat(updates).isNotEmpty();
    for (MatchResult update : updates) {
      Set<String> named = new TreeSet<>();
      found("ParameterKey=(\\w+)", update.group(2)).forEach(key -> named.add(key.group(1)));
      Set<String> all = new TreeSet<>();
      template(update.group(1)).path("Parameters").fieldNames().forEachRemaining(all::add);
      assertThat(named).as(update.group(1)).isEqualTo(all);
    }
  }

  @Test
  void theTableOfTheReferencesNamesIsTrueOfTheTemplates() throws IOException {
    String table = page("deploy.md").split("## Names of the reference\n")[1].split("\n## ")[0];
    StringBuilder templates = new StringBuilder();
    Synthesis.onEmr().templates().values().forEach(templates::append);
    int names = 0;
    for (String row : table.lines().filter(line -> line.startsWith("| ")).skip(1).toList()) {
      String[] cells = row.split(" \\| ");
      assertThat(cells).as(row).hasSize(3);
      for (MatchResult name : found("`([^`]+)`", cells[1])) {
        assertThat(templates).as(row).contains(name.group(1));
        names++;
      }
    }
    assertThat(names).isGreaterThan(30);
  }

  /** Another version of the command line may not know the assembly that this CDK writes. */
  @Test
  void everyCommandOfCdkNamesTheSameVersion() throws IOException {
    Set<String> versions = new TreeSet<>();
    for (String name : List.of("deploy.md", "runbook.md")) {
      found("npx (\\S+)", page(name)).forEach(word -> versions.add(word.group(1)));
    }
    assertThat(versions).hasSize(1).allMatch(word -> word.matches("aws-cdk@2\\.\\d+\\.\\d+"));
  }

  @Test
  void linksOfTheOperatorsPagesWork() throws IOException {
    for (String name : List.of("deploy.md", "runbook.md", "cost.md")) {
      for (MatchResult link : LINK.matcher(page(name)).results().toList()) {
        Path file =
            link.group(1).isEmpty()
                ? HOME.resolve("docs").resolve(name)
                : HOME.resolve("docs").resolve(link.group(1));
        assertThat(file).exists();
        if (link.group(2) != null) {
          assertThat(anchors(file)).as(link.group()).contains(link.group(2));
        }
      }
    }
  }

  /** Returns the anchors that GitHub derives from headings. */
  private static List<String> anchors(Path file) throws IOException {
    return Files.readString(file)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
