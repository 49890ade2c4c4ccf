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
 * The native half of the runtime interface client.
 *
 * <p>Left alone, each process unpacks it to one fixed file in {@code /tmp}: fine for the only
 * process of a Lambda sandbox, but processes that start together break each other's copy, and on a
 * shared machine the file may belong to another user. So it is unpacked once, here.
 */
final class ClientLibrary {

  /** Names the library to the client, which then doesn't unpack its own. */
  static final String PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private ClientLibrary() {}

  /**
   * Unpacks the library of this machine's kind.
   *
   * @param classpath jars, the client's among them
   * @param folder where to
   * @return empty when no jar has it; the client then says so itself
   */
  static Optional<Path> unpack(List<Path> classpath, Path folder) throws IOException {
    String name = nameHere();
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

  /** Replaces a former copy in one step: processes may have it loaded. */
  private static Path copy(InputStream library, Path target) throws IOException {
    Path copy = Files.createTempFile(target.getParent(), "library", ".tmp");
    try (library) {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(copy, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static String nameHere() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean musl = Files.exists(Path.of("/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1"));
    return "libaws-lambda-jni.linux%s-%s.so"
        .formatted(musl ? "_musl" : "", arm ? "aarch_64" : "x86_64");
  }
}
