package io.clickstream.glue;

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

/**
 * The job's jar lies on a class path with hundreds of jars of AWS's: it must not meet any of them.
 */
class JobJarIT {

  private static final long MOST_BYTES = 6L << 20;

  @Test
  void everyClassIsOursOrMovedToUs() throws IOException {
    assertThat(entries(Built.find().jobJar()))
        .filteredOn(name -> name.endsWith(".class"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("io/clickstream/"));
  }

  @Test
  void whatOthersBringIsMovedAndNothingElseIsBrought() throws IOException {
    Set<String> moved = new TreeSet<>();
    for (String name : entries(Built.find().jobJar())) {
      if (name.startsWith("io/clickstream/shaded/") && name.endsWith(".class")) {
        moved.add(name.split("/")[3]);
      }
    }
    // No Spark, Hadoop, Scala, AWS SDK or logging.
    assertThat(moved)
        .containsExactly("collections4", "jackson", "postgresql", "snakeyaml", "ua_parser");
  }

  @Test
  void noEntryIsAlsoOneOfTheDistributions() throws IOException {
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
  void itRegistersNoServiceWithTheDistribution() throws IOException {
    assertThat(entries(Built.find().jobJar()))
        .filteredOn(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
        .allMatch(name -> name.startsWith("META-INF/services/io.clickstream."));
  }

  @Test
  void itIsSmallEnoughToStartQuickly() throws IOException {
    assertThat(Files.size(Built.find().jobJar())).isLessThan(MOST_BYTES);
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }
}
