package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the scripts that run as root on a host, and the systemd units. */
class HostScriptsTest {

  private static final Path HOSTS =
      Path.of(System.getProperty("clickstream.home")).resolve("infra/host");

  private static final Path UNITS = HOSTS.resolve("warehouse/units");

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
    assertThat(exposure("clickstream-dashboards")).isLessThanOrEqualTo(3.0);
  }

  /**
   * The other services act for root: they become postgres, write below /etc and reload servers.
   * Only what none of that needs is taken from them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"certificate", "metrics", "passwords"})
  void systemdFindsTheServicesOfRootConfinedInWhatTheyDoNotNeed(String name) throws Exception {
    assertThat(exposure("clickstream-" + name)).isLessThanOrEqualTo(6.0);
  }

  private static double exposure(String service) throws Exception {
    String said =
        analyze("security", "--offline=true", UNITS.resolve(service + ".service").toString());
    Matcher exposure = Pattern.compile("exposure level for \\S+: (\\d+\\.\\d)").matcher(said);
    assertThat(exposure.find()).as("%s", said).isTrue();
    return Double.parseDouble(exposure.group(1));
  }

  /** An unknown setting, a missing program or a wrong time of a timer is a remark. */
  @Test
  void systemdHasNoRemarkOnAnyUnit(@TempDir Path folder) throws Exception {
    assertThat(remarks(folder, text -> text)).isEmpty();
    assertThat(remarks(folder, text -> text.replace("Type=oneshot", "Tipe=oneshot")))
        .contains("Tipe");
    assertThat(remarks(folder, text -> text.replace("OnCalendar=daily", "OnCalendar=dayly")))
        .contains("dayly");
  }

  /** Returns what systemd says of all units, if their programs are those of this folder. */
  private static String remarks(Path folder, UnaryOperator<String> change) throws Exception {
    List<String> words = new ArrayList<>(List.of("verify", "--man=no", "--recursive-errors=no"));
    try (Stream<Path> units = Files.list(UNITS)) {
      for (Path unit : units.sorted().toList()) {
        String text =
            change
                .apply(Files.readString(unit))
                .replace("/usr/local/sbin/", HOSTS.resolve("warehouse") + "/")
                // R is in the archive of the dashboards.
                .replace("/usr/bin/Rscript", "/bin/sh");
        words.add(Files.writeString(folder.resolve(unit.getFileName()), text).toString());
      }
    }
    return analyze(words.toArray(String[]::new));
  }

  private static String analyze(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("systemd-analyze", "--no-pager"));
    command.addAll(List.of(words));
    Process analysis = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(analysis.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    analysis.waitFor();
    return said;
  }
}
