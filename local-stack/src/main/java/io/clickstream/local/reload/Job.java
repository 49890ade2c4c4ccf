package io.clickstream.local.reload;

import java.io.IOException;
import java.util.List;

/** The job, in this process. */
@FunctionalInterface
public interface Job {

  /**
   * Loads raw objects.
   *
   * @param arguments those of {@code EtlMain}
   * @return one line per failure
   */
  List<String> load(List<String> arguments) throws IOException;
}
