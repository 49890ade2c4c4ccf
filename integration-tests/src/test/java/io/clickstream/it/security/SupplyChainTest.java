package io.clickstream.it.security;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Whatever the build, the tests and the workflows download is fixed by a digest. */
class SupplyChainTest {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  private static final Pattern ACTION = Pattern.compile("uses:\\s*(.*)");
  private static final Pattern PINNED_ACTION =
      Pattern.compile("[\\w.-]+/[\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");

  /** A requirement with its lines of hashes, which end in backslashes but for the last. */
  private static final Pattern HASHED =
      Pattern.compile(
          "(?m)^[\\w.-]+(?:\\[[\\w,]+\\])?==\\S+ \\\\\n"
              + "(?:    --hash=sha256:[0-9a-f]{64} \\\\\n)*"
              + "    --hash=sha256:[0-9a-f]{64}$");

  private static final Pattern DOWNLOAD =
      Pattern.compile("\\b(curl|wget|npm pack|pip download|dependency:copy|dependency:get)\\b");

  private static final Pattern INSTALLATION = Pattern.compile("-m pip\\b.* install -");

  private static final Pattern PACKAGE = Pattern.compile("\"node_modules/[^\"]+\": \\{[^{}]*");

  @Test
  void workflowsNameActionsByCommit() {
    List<String> actions = new ArrayList<>();
    for (Path workflow : list(HOME.resolve(".github/workflows"))) {
      Matcher action = ACTION.matcher(read(workflow));
      while (action.find()) {
        if (!action.group(1).startsWith("./")) {
          actions.add(action.group(1));
        }
      }
    }
    assertThat(actions).isNotEmpty().allMatch(PINNED_ACTION.asMatchPredicate());
  }

  @Test
  void theWrapperKnowsTheDigestOfMaven() {
    assertThat(read(HOME.resolve(".mvn/wrapper/maven-wrapper.properties")))
        .containsPattern("(?m)^distributionSha256Sum=[0-9a-f]{64}$");
  }

  @Test
  void eachPythonRequirementHasItsHashes() {
    for (String file :
        List.of(
            ".ci/requirements.txt",
            ".ci/sbom-requirements.txt",
            "infra/tools/requirements.txt",
            "notebooks/requirements.txt",
            "notebooks/requirements-lab.txt")) {
      String requirements = read(HOME.resolve(file));
      assertThat(requirements).as(file).containsPattern(HASHED);
      assertThat(HASHED.matcher(requirements).replaceAll("").lines())
          .as(file)
          .allMatch(line -> line.isBlank() || line.startsWith("#"));
    }
  }

  @Test
  void eachNpmPackageHasItsHash() {
    for (String file :
        List.of(
            "tracker/package-lock.json",
            "shiny/tests/browser/package-lock.json",
            "local-stack/stream-server/package-lock.json")) {
      List<String> packages =
          PACKAGE
              .matcher(read(HOME.resolve(file)))
              .results()
              .map(found -> found.group())
              .filter(found -> !found.contains("\"link\": true"))
              .toList();
      assertThat(packages)
          .as(file)
          .isNotEmpty()
          .allMatch(found -> found.contains("\"integrity\": \"sha512-"));
    }
  }

  @Test
  void scriptsCheckWhatTheyDownload() {
    List<String> downloading = new ArrayList<>();
    int installing = 0;
    for (Path script : list(HOME.resolve(".ci"))) {
      String text = withoutComments(read(script));
      if (DOWNLOAD.matcher(text).find()) {
        downloading.add(script.getFileName().toString());
        assertThat(text)
            .as(script.toString())
            .containsAnyOf(".ci/verify-digest\" ", "--require-hashes");
      }
      for (String line : text.replace("\\\n", " ").lines().toList()) {
        if (INSTALLATION.matcher(line).find()) {
          installing++;
          assertThat(line).as(script.toString()).contains("--require-hashes");
        }
      }
    }
    assertThat(downloading).contains("node", "notebook-tools", "shiny-setup", "spark-distribution");
    assertThat(installing).isEqualTo(4);
    assertThat(DOWNLOAD.matcher(withoutComments(read(HOME.resolve("clickstream")))).results())
        .as("./clickstream only looks for a program that the wrapper uses")
        .allMatch(found -> found.group().equals("curl") || found.group().equals("wget"));
  }

  private static String withoutComments(String script) {
    return script.replaceAll("(?m)^\\s*#.*$", "");
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
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
}
