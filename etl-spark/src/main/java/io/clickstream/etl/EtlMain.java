package io.clickstream.etl;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.cli.UsageException;
import io.clickstream.etl.job.EtlJob;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The main class of the job on {@code spark-submit}, AWS Glue and EMR Serverless. {@code --help}
 * lists its arguments.
 */
public final class EtlMain {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** A system property: if it is true, the arguments are checked, and nothing runs. */
  private static final String ARGUMENTS_ONLY = "clickstream.etl.arguments-only";

  private EtlMain() {}

  /** Runs the job, prints the ledger row as the last line of standard output, and exits. */
  public static void main(String[] args) {
    if (EtlOptions.askForHelp(args)) {
      System.out.println(EtlOptions.usage());
      return;
    }
    int status = Boolean.getBoolean(ARGUMENTS_ONLY) ? statusOfArguments(args) : exitStatus(args);
    if (status != DONE) {
      System.exit(status);
    }
  }

  private static int statusOfArguments(String[] args) {
    try {
      options(args, System.getenv());
      return DONE;
    } catch (UsageException e) {
      System.err.println("clickstream-etl: " + e.getMessage());
      return WRONG_USAGE;
    }
  }

  private static int exitStatus(String[] args) {
    try {
      EtlResult result = run(args);
      System.out.println(result.toJson());
      System.out.flush();
      if (result.failures().isEmpty()) {
        return DONE;
      }
      System.err.println("clickstream-etl: " + summary(result));
      return FAILED;
    } catch (UsageException | SettingsMismatchException e) {
      System.err.println("clickstream-etl: " + e.getMessage());
      return WRONG_USAGE;
    } catch (Exception e) {
      // Not only RuntimeException: Spark throws checked exceptions that no method declares.
      System.err.println("clickstream-etl: " + message(e));
      if (System.getenv("CLICKSTREAM_DEBUG") != null) {
        e.printStackTrace();
      }
      return FAILED;
    } finally {
      SparkSession.getActiveSession()
          .foreach(
              session -> {
                session.stop();
                return null;
              });
    }
  }

  private static String summary(EtlResult result) {
    int failures = result.failures().size();
    String first = result.failures().get(0);
    return result.report().isPresent()
        ? "%d failures; the first: %s".formatted(failures, first)
        : "%d of %d slices failed; the first: %s"
            .formatted(failures, failures + result.slices().size(), first);
  }

  /**
   * Runs the job inside a longer-lived process: does not exit it, and keeps its Spark session.
   *
   * @throws UsageException for wrong arguments
   * @throws SettingsMismatchException when the warehouse was loaded with other settings
   */
  public static EtlResult run(String... args) throws IOException {
    return run(args, System.getenv(), line -> System.err.println("clickstream-etl: " + line));
  }

  /**
   * Runs the job like {@link #run(String...)}, with another environment and listener.
   *
   * @param environment holds {@code DW_PASSWORD}, and may name an endpoint of Secrets Manager
   * @param listener receives progress and the ends of stages
   */
  public static EtlResult run(String[] args, Map<String, String> environment, RunListener listener)
      throws IOException {
    EtlOptions options = options(args, environment);
    return new EtlJob(session(), options.toRequest(environment), Clock.systemUTC(), listener).run();
  }

  private static EtlOptions options(String[] args, Map<String, String> environment) {
    return EtlOptions.parse(args, Optional.ofNullable(environment.get("DW_PASSWORD")));
  }

  private static SparkSession session() {
    SparkConf conf = new SparkConf();
    return SparkSession.builder()
        .appName("clickstream-etl")
        .config(conf)
        .config("spark.sql.ansi.enabled", conf.get("spark.sql.ansi.enabled", "true"))
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }

  /** Returns the message of the innermost cause; Spark's own exceptions only name the task. */
  private static String message(Throwable thrown) {
    if (thrown instanceof UncheckedIOException) {
      return message(thrown.getCause());
    }
    Throwable reason = thrown;
    if (thrown.getClass().getName().startsWith("org.apache.spark.")) {
      for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
        reason = cause.getMessage() == null ? reason : cause;
      }
    }
    return ErrorMessage.of(reason);
  }
}
