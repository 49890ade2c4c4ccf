package io.clickstream.glue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The job's jar shares a classpath with hundreds of AWS's jars and must not conflict with any. */
class JobJarIT {

  private static final long MAX_BYTES = 6L << 20;

  @Test
  void everyClassIsOursOrRelocated() throws IOException {
    assertThat(entries(Built.find().jobJar()))
        .filteredOn(name -> name.endsWith(".class"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("io/clickstream/"));
  }

  @Test
  void librariesAreRelocatedAndPlatformClassesAreAbsent() throws IOException {
    Set<String> moved = new TreeSet<>();
    for (String name : entries(Built.find().jobJar())) {
      if (name.startsWith("io/clickstream/shaded/") && name.endsWith(".class")) {
        moved.add(name.split("/")[3]);
      }
    }
    // The jar has no Spark, Hadoop, Scala, AWS SDK or logging classes.
    assertThat(moved)
        .containsExactly(
            "collections4",
            "jackson",
            "picocli",
            "postgresql",
            "resilience4j",
            "snakeyaml",
            "ua_parser");
  }

  @Test
  void noEntryIsAlsoInTheDistribution() throws IOException {
    Built built = Built.find();
    Set<String> ours = new HashSet<>(entries(built.jobJar()));
    ours.removeIf(name -> name.startsWith("META-INF/"));
    assertThat(ours).isNotEmpty();
    Set<String> both = new TreeSet<>();
    List<Path> jars = built.sparkJars();
    assertThat(jars).hasSizeGreaterThan(200);
    for (Path jar : jars) {
      entries(jar).stream().filter(ours::contains).forEach(name -> both.add(name + " in " + jar));
    }
    assertThat(both).isEmpty();
  }

  @Test
  void theJarNamesItsCrawlerList() throws IOException {
    try (JarFile jar = new JarFile(Built.find().jobJar().toFile())) {
      ZipEntry entry = jar.getEntry("io/clickstream/etl/parse/bot-list.properties");
      assertThat(new String(jar.getInputStream(entry).readAllBytes(), UTF_8))
          .contains("version=uap-java ")
          .doesNotContain("$");
    }
  }

  @Test
  void theJarRegistersNoService() throws IOException {
    assertThat(entries(Built.find().jobJar()))
        .filteredOn(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
        .allMatch(name -> name.startsWith("META-INF/services/io.clickstream."));
  }

  @Test
  void theJarIsSmall() throws IOException {
    assertThat(Files.size(Built.find().jobJar())).isLessThan(MAX_BYTES);
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }
}
