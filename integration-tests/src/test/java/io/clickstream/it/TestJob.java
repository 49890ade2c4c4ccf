package io.clickstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.servers.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the job in this JVM. */
public final class TestJob {

  private TestJob() {}

  /**
   * Returns the arguments of a run as the superuser of the warehouse.
   *
   * @return a list that may be changed
   */
  public static List<String> arguments(String jdbcUrl, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--jdbc-url", jdbcUrl, "--db-user", PostgresServer.USER));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Returns the arguments of a run that reads a raw root. */
  public static List<String> arguments(String jdbcUrl, URI raw, String... more) {
    List<String> arguments = arguments(jdbcUrl, more);
    arguments.addAll(List.of("--raw", raw.toString()));
    return arguments;
  }

  /** Runs the job as the superuser of the warehouse. */
  public static EtlResult run(String jdbcUrl, URI raw, String... more) throws IOException {
    return run(arguments(jdbcUrl, raw, more));
  }

  /** Loads all objects that are not loaded yet, as the superuser of the warehouse. */
  public static EtlResult loadNew(String jdbcUrl, URI raw) throws IOException {
    return run(jdbcUrl, raw, "--since-last-run", "--reconcile");
  }

  /** Packs objects. No hour may fail. */
  public static EtlResult pack(URI raw, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--pack", "--raw", raw.toString()));
    arguments.addAll(List.of(more));
    EtlResult result = run(arguments);
    assertThat(result.failures()).isEmpty();
    return result;
  }

  /** Runs the job. */
  public static EtlResult run(List<String> arguments) throws IOException {
    return run(arguments, line -> {});
  }

  /** Runs the job with a listener. */
  public static EtlResult run(List<String> arguments, RunListener listener) throws IOException {
    return EtlMain.run(arguments.toArray(String[]::new), Map.of(), listener);
  }
}
