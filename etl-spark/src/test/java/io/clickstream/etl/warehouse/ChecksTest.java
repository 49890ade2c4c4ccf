package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {

  private static final String FOLDER = "io/clickstream/etl/checks/";
  private static final String CLASS = "io/clickstream/etl/warehouse/Checks.class";

  @TempDir Path folder;

  @Test
  void everyFileOfTheProjectsChecksIsPackaged() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> checks = Files.list(Home.find().sql().resolve("checks"))) {
      checks.forEach(file -> files.add(file.getFileName().toString().replace(".sql", "")));
    }
    assertThat(Checks.names()).containsExactlyInAnyOrderElementsOf(files).isSorted().isNotEmpty();
  }

  @Test
  void everyCheckRunsAndHoldsOnAnEmptyWarehouse() throws SQLException {
    Warehouse warehouse = new Warehouse(TestWarehouses.migrated(), PostgresServer.USER, null, null);
    List<String> run = new ArrayList<>();
    assertThat(Checks.run(warehouse, finding -> run.add(finding.name())))
        .allMatch(Checks.Finding::holds);
    assertThat(run).isEqualTo(Checks.names());
  }

  @Test
  void aFileThatIsAddedToAFolderOfClassesIsFound() throws IOException {
    write(CLASS);
    write(FOLDER + "b_new.sql");
    write(FOLDER + "a_old.sql");
    write(FOLDER + "notes.txt");
    assertThat(PackagedFiles.in(folder.resolve(CLASS).toUri().toURL(), FOLDER, ".sql"))
        .containsExactly("a_old.sql", "b_new.sql");
  }

  private void write(String file) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.createFile(folder.resolve(file));
  }

  @Test
  void aFileThatIsAddedToAJarIsFound() throws IOException {
    Path jar = folder.resolve("job with a blank.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (String entry :
          List.of(CLASS, FOLDER + "b_new.sql", FOLDER + "a_old.sql", FOLDER + "sub/c.sql")) {
        out.putNextEntry(new JarEntry(entry));
        out.closeEntry();
      }
    }
    URL classFile = new URL("jar:" + jar.toUri() + "!/" + CLASS);
    assertThat(PackagedFiles.in(classFile, FOLDER, ".sql"))
        .containsExactly("a_old.sql", "b_new.sql");
  }

  @Test
  void aFolderWithoutFilesIsEmpty() throws IOException {
    write(CLASS);
    assertThat(PackagedFiles.in(folder.resolve(CLASS).toUri().toURL(), FOLDER, ".sql")).isEmpty();
  }
}
