package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the scripts that run as root on a host, and the systemd unit of the dashboards. */
class HostScriptsTest {

  private static final Path HOSTS =
      Path.of(System.getProperty("clickstream.home")).resolve("infra/host");

  /** Commands and redirections that change files. */
  private static final Pattern CHANGES =
      Pattern.compile(
          "(^|[;&|(\\s])(install|chown|chmod|chgrp|cp|mv|ln|tee|sed -i|mkdir|touch|rm|tar|truncate)\\s|>");

  /** Folders of postgres, by path or by the variable of the scripts. */
  private static final Pattern OF_POSTGRES = Pattern.compile("\\$\\{?data\\b|/var/lib/pgsql/");

  /** A link that postgres puts into its folder would make root overwrite any file. */
  @Test
  void rootChangesNothingInFoldersOfPostgres() throws IOException {
    try (Stream<Path> files = Files.walk(HOSTS)) {
      for (Path script : files.filter(HostScriptsTest::isScript).toList()) {
        String text = Files.readString(script).replaceAll("\\\\\n\\s*", " ");
        assertThat(text.lines())
            .as("%s", HOSTS.relativize(script))
            .filteredOn(line -> !line.strip().startsWith("#"))
            .filteredOn(line -> OF_POSTGRES.matcher(line).find())
            .filteredOn(line -> CHANGES.matcher(line).find())
            .allMatch(
                line ->
                    line.contains("runuser -u postgres --")
                        || line.matches("(.*\\| )?write \"\\$data/[a-z_]+\\.conf\"( <.*)?"));
        if (text.contains("write \"$data")) {
          assertThat(text).containsPattern("write\\(\\) \\{ .*runuser -u postgres -- sh -c ");
        }
      }
    }
  }

  private static boolean isScript(Path file) {
    try {
      return Files.isRegularFile(file) && Files.readString(file).startsWith("#!");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void certificatesAreInAFolderOfRoot() throws IOException {
    String settings = Files.readString(HOSTS.resolve("warehouse/postgresql.conf"));
    assertThat(settings).contains("ssl_key_file = '/etc/clickstream/tls/server.key'");
    assertThat(Files.readString(HOSTS.resolve("warehouse/clickstream-certificate")))
        .contains("folder=${CLICKSTREAM_TLS:-/etc/clickstream/tls}")
        .doesNotContain("/var/lib/pgsql/tls");
  }

  @Test
  void theDashboardsCannotReachTheCredentialsOfTheHost() throws IOException {
    List<String> unit =
        Files.readAllLines(HOSTS.resolve("warehouse/units/clickstream-dashboards.service"));
    assertThat(unit)
        .contains(
            "IPAddressDeny=link-local fd00:ec2::254",
            "CapabilityBoundingSet=",
            "ProtectSystem=strict",
            "SystemCallFilter=@system-service",
            "MemoryMax=25%");
  }

  /** 0 is best, 10 is worst; systemd calls up to 3.9 OK. */
  @Test
  void systemdFindsTheDashboardsUnitWellConfined() throws Exception {
    assumeTrue(isInstalled(), "systemd-analyze is not installed");
    Process analysis =
        new ProcessBuilder(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--no-pager",
                HOSTS.resolve("warehouse/units/clickstream-dashboards.service").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(analysis.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher exposure = Pattern.compile("exposure level for \\S+: (\\d+\\.\\d)").matcher(said);
    assertThat(exposure.find()).as("%s", said).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).as("%s", said).isLessThanOrEqualTo(3.0);
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "systemd-analyze")));
  }
}
