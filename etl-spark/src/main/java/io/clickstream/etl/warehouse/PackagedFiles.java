package io.clickstream.etl.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Lists the files of a folder on the class path, in a jar as well as in a folder of classes. */
final class PackagedFiles {

  private PackagedFiles() {}

  /**
   * Returns the names of the files in a folder, sorted.
   *
   * <p>A class loader cannot list a folder, so this looks into the jar or the folder of classes
   * that a class comes from.
   *
   * @param classFile the class file of a class in the same jar or folder of classes
   * @param folder path below the root of the class path, with a slash at its end
   * @param suffix end of the files' names
   */
  static List<String> in(URL classFile, String folder, String suffix) {
    try {
      return classFile.openConnection() instanceof JarURLConnection jar
          ? inJar(jar, folder, suffix)
          : inClasses(classFile, folder, suffix);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder + " beside " + classFile + ".", e);
    }
  }

  private static List<String> inJar(JarURLConnection connection, String folder, String suffix)
      throws IOException {
    // The cached file belongs to the class loader and must stay open.
    connection.setUseCaches(false);
    try (JarFile jar = connection.getJarFile()) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(folder) && name.endsWith(suffix))
          .map(name -> name.substring(folder.length()))
          .filter(name -> !name.contains("/"))
          .sorted()
          .toList();
    }
  }

  private static List<String> inClasses(URL classFile, String folder, String suffix)
      throws IOException {
    Path directory = root(Path.of(URI.create(classFile.toString())), folder).resolve(folder);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  /** Returns the nearest folder above the class file that contains the folder. */
  private static Path root(Path classFile, String folder) {
    for (Path root = classFile.getParent(); root != null; root = root.getParent()) {
      if (Files.isDirectory(root.resolve(folder))) {
        return root;
      }
    }
    return classFile.getParent();
  }
}
