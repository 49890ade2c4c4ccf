package io.clickstream.etl;

import io.clickstream.etl.job.EtlJob;
import io.clickstream.etl.job.EtlOptions;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.UsageException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The job's main class, for {@code spark-submit}, AWS Glue and EMR Serverless alike: {@code --help}
 * tells its arguments.
 */
public final class EtlMain {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private EtlMain() {}

  /** Runs, prints the ledger row as the last line of standard output, and exits. */
  public static void main(String[] args) {
    if (Arrays.asList(args).contains("--help")) {
      System.out.println(EtlOptions.USAGE);
      return;
    }
    int status = exitStatus(args);
    if (status != DONE) {
      System.exit(status);
    }
  }

  private static int exitStatus(String[] args) {
    try {
      EtlResult result = run(args);
      System.out.println(result.total().toJson());
      System.out.flush();
      if (result.failures().isEmpty()) {
        return DONE;
      }
      System.err.printf(
          "clickstream-etl: %d of %d slices failed; the first: %s%n",
          result.failures().size(),
          result.failures().size() + result.slices().size(),
          result.failures().get(0));
      return FAILED;
    } catch (UsageException | SettingsMismatchException e) {
      System.err.println("clickstream-etl: " + e.getMessage());
      return WRONG_USAGE;
    } catch (Exception e) {
      // Spark throws checked exceptions that no method declares.
      System.err.println("clickstream-etl: " + oneLine(e));
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

  /**
   * Runs inside a process that goes on: never exits it and leaves a Spark session that was there.
   *
   * @throws UsageException for wrong arguments
   * @throws SettingsMismatchException when the warehouse was loaded with other settings
   */
  public static EtlResult run(String... args) throws IOException {
    return run(args, System.getenv(), line -> System.err.println("clickstream-etl: " + line));
  }

  /**
   * As {@link #run(String...)}.
   *
   * @param environment holds {@code DW_PASSWORD}; may name another endpoint of Secrets Manager
   * @param listener follows the run
   */
  public static EtlResult run(String[] args, Map<String, String> environment, RunListener listener)
      throws IOException {
    EtlOptions options =
        EtlOptions.parse(args, Optional.ofNullable(environment.get("DW_PASSWORD")));
    return new EtlJob(session(), options, Clock.systemUTC(), environment, listener).run();
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

  /** The innermost reason that says something; what wraps it says only where in Spark. */
  private static String oneLine(Throwable thrown) {
    if (thrown instanceof UncheckedIOException) {
      return oneLine(thrown.getCause());
    }
    Throwable reason = thrown;
    if (thrown.getClass().getName().startsWith("org.apache.spark.")) {
      for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
        reason = cause.getMessage() == null ? reason : cause;
      }
    }
    String message = reason.getMessage();
    return message == null ? reason.toString() : message.lines().findFirst().orElse("").strip();
  }
}
