package io.clickstream.local.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The native library of AWS's runtime interface client.
 *
 * <p>By default each client unpacks the library to one fixed file in {@code /tmp}. Several
 * processes that start together would overwrite each other's copy, and on a shared machine the file
 * may belong to another user. This class unpacks the library once for all processes of a runtime.
 */
final class NativeClientLibrary {

  /** The system property that gives the library's path to the client. */
  static final String PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private NativeClientLibrary() {}

  /**
   * Unpacks the library for this operating system and processor.
   *
   * @param classpath jars, among them the client's
   * @param folder the target folder
   * @return the file; empty when no jar holds the library, which the client then reports
   */
  static Optional<Path> unpack(List<Path> classpath, Path folder) throws IOException {
    String name = platformName();
    for (Path jar : classpath) {
      if (!Files.isRegularFile(jar)) {
        continue;
      }
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry library = zip.getEntry("jni/" + name);
        if (library != null) {
          return Optional.of(copy(zip.getInputStream(library), folder.resolve(name)));
        }
      }
    }
    return Optional.empty();
  }

  /** Replaces an existing copy atomically: running processes may have it loaded. */
  private static Path copy(InputStream library, Path target) throws IOException {
    Path copy = Files.createTempFile(target.getParent(), "library", ".tmp");
    try (library) {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(copy, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static String platformName() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean musl = Files.exists(Path.of("/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1"));
    return "libaws-lambda-jni.linux%s-%s.so"
        .formatted(musl ? "_musl" : "", arm ? "aarch_64" : "x86_64");
  }
}
