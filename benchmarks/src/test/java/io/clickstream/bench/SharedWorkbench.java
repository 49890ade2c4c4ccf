package io.clickstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One workbench for all tests of a JVM, as a parameter; nothing of it is left in the end. */
public final class SharedWorkbench implements ParameterResolver {

  /** Closed by JUnit after the last test. */
  private record Started(Workbench workbench) implements AutoCloseable {

    static Started start() {
      try {
        return new Started(new Workbench());
      } catch (IOException e) {
        throw new IllegalStateException("the workbench did not start", e);
      }
    }

    @Override
    public void close() throws IOException {
      Path folder = workbench.folder();
      workbench.close();
      if (Files.exists(folder)) {
        throw new IllegalStateException(folder + " was left behind");
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Workbench.class;
  }

  @Override
  public Workbench resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getRoot()
        .getStore(Namespace.create(SharedWorkbench.class))
        .computeIfAbsent(Started.class, none -> Started.start(), Started.class)
        .workbench();
  }
}
