package io.clickstream.etl;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.cli.UsageException;
import io.clickstream.etl.job.EtlJob;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.ResidentSpark;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.StagedSlices;
import io.clickstream.etl.job.StopSignal;
import io.clickstream.etl.job.Window;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
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

  private static final RunListener PROGRAM_LINES =
      line -> System.err.println("clickstream-etl: " + line);

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
      EtlResult result =
          run(args, System.getenv(), PROGRAM_LINES, Clock.systemUTC(), stopOnSignals(args));
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

  /** Returns a signal that TERM and Ctrl-C give to a follower. They kill other runs, as usual. */
  private static StopSignal stopOnSignals(String[] args) {
    StopSignal stop = new StopSignal();
    if (options(args, System.getenv()).window() instanceof Window.Follow) {
      ProcessSignals.handle(List.of("TERM", "INT"), stop::stop);
    }
    return stop;
  }

  private static String summary(EtlResult result) {
    int failures = result.failures().size();
    String first = result.failures().get(0);
    // A follower keeps no row per slice.
    return result.report().isPresent() || result.slices().isEmpty()
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
    return run(args, System.getenv(), PROGRAM_LINES);
  }

  /**
   * Runs the job like {@link #run(String...)}, with another environment and listener.
   *
   * @param environment holds {@code DW_PASSWORD}, and may name an endpoint of Secrets Manager
   * @param listener receives progress and the ends of stages
   */
  public static EtlResult run(String[] args, Map<String, String> environment, RunListener listener)
      throws IOException {
    return run(args, environment, listener, Clock.systemUTC(), new StopSignal());
  }

  /**
   * Runs the job like {@link #run(String[], Map, RunListener)}, by another clock, and until a
   * signal.
   *
   * @param clock determines the hours of {@code --since-last-run} and {@code --follow}
   * @param stop ends {@code --follow} before its next slice
   */
  public static EtlResult run(
      String[] args,
      Map<String, String> environment,
      RunListener listener,
      Clock clock,
      StopSignal stop)
      throws IOException {
    EtlOptions options = options(args, environment);
    SparkSession spark = session(options.window() instanceof Window.Follow);
    return new EtlJob(spark, options.toRequest(environment), clock, listener, stop).run();
  }

  /**
   * Checks arguments without running the job.
   *
   * @throws UsageException for wrong arguments
   */
  public static void requireArguments(String[] args, Map<String, String> environment) {
    options(args, environment);
  }

  private static EtlOptions options(String[] args, Map<String, String> environment) {
    return EtlOptions.parse(args, Optional.ofNullable(environment.get("DW_PASSWORD")));
  }

  private static SparkSession session(boolean isResident) {
    SparkConf conf = new SparkConf();
    // These settings are read when a session starts. With another one they would only cause a
    // warning.
    if (SparkSession.getDefaultSession().isEmpty()) {
      StagedSlices.SETTINGS.forEach(conf::setIfMissing);
      if (isResident) {
        ResidentSpark.SETTINGS.forEach(conf::setIfMissing);
      }
    }
    return SparkSession.builder()
        .appName("clickstream-etl")
        .config(conf)
        .config("spark.sql.ansi.enabled", conf.get("spark.sql.ansi.enabled", "true"))
        .config("spark.sql.session.timeZone", "UTC")
        // The job has no tables in Spark. A platform may set Hive, whose catalog is a service that
        // the private network on AWS does not reach.
        .config("spark.sql.catalogImplementation", "in-memory")
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
