package io.clickstream.it.promise;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The job with its classes loaded by another class loader. */
final class MutantJob implements JobUnderTest {

  /** Loads the job's classes, from a folder first and then from this build. */
  private static final class Loader extends ClassLoader {
    private final Path folder;

    Loader(Path folder, ClassLoader build) {
      super(build);
      this.folder = folder;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.clickstream.etl.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    @Override
    public URL getResource(String name) {
      Path mutated = folder.resolve(name);
      try {
        return Files.exists(mutated) ? mutated.toUri().toURL() : super.getResource(name);
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      Path mutated = folder.resolve(file);
      try (InputStream in =
          Files.exists(mutated)
              ? Files.newInputStream(mutated)
              : getParent().getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] code = in.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private final Loader loader;

  /**
   * A job.
   *
   * @param folder with classes that take the places of this build's
   */
  MutantJob(Path folder) {
    this.loader = new Loader(folder, MutantJob.class.getClassLoader());
  }

  /** Returns the loader. It must be the thread's context class loader when Spark starts. */
  ClassLoader classLoader() {
    return loader;
  }

  @Override
  public List<String> stages() {
    return Arrays.stream(load("job.Stage").getEnumConstants())
        .map(stage -> ((Enum<?>) stage).name())
        .toList();
  }

  @Override
  public String run(List<String> arguments, Watcher watcher) throws Exception {
    Class<?> listener = load("job.RunListener");
    Object following =
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {listener},
            (proxy, method, values) -> {
              switch (method.getName()) {
                case "message" -> watcher.said((String) values[0]);
                case "stageEnded" -> watcher.ended(((Enum<?>) values[0]).name());
                case "sliceLoaded" -> {
                  // A trial reads the total of all slices.
                }
                default -> throw new IllegalStateException(method.toString());
              }
              return null;
            });
    Object result;
    try {
      result =
          load("EtlMain")
              .getMethod("run", String[].class, Map.class, listener)
              .invoke(null, arguments.toArray(String[]::new), Map.of(), following);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception reason ? reason : e;
    }
    List<?> failures = (List<?>) get(result, "failures");
    if (!failures.isEmpty()) {
      throw new IOException(failures.toString());
    }
    return (String) get(get(result, "total"), "toJson");
  }

  private Class<?> load(String name) {
    try {
      return loader.loadClass("io.clickstream.etl." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object get(Object of, String method) throws ReflectiveOperationException {
    return of.getClass().getMethod(method).invoke(of);
  }
}
