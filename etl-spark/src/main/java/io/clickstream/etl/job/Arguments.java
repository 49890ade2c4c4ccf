package io.clickstream.etl.job;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code --name value} and {@code --name=value} pairs. A flag takes no value, an empty one, {@code
 * true} or {@code false}, since AWS Glue passes a value with every key; Glue's own arguments are
 * ignored.
 */
final class Arguments {

  private static final Set<String> GLUE_ARGUMENTS =
      Set.of(
          "JOB_NAME",
          "JOB_ID",
          "JOB_RUN_ID",
          "SECURITY_CONFIGURATION",
          "TempDir",
          "encryption-type",
          "class",
          "conf",
          "customer-driver-env-vars",
          "customer-executor-env-vars",
          "continuous-log-conversionPattern",
          "continuous-log-logGroup",
          "continuous-log-logStreamPrefix",
          "custom-logGroup-prefix",
          "custom-logStream-prefix",
          "datalake-formats",
          "disable-proxy-v2",
          "execution-class",
          "extra-files",
          "extra-jars",
          "job-language",
          "python-modules-installer-option",
          "RedshiftTempDir",
          "scriptLocation",
          "spark-event-logs-path",
          "user-jars-first",
          "write-shuffle-files-to-s3",
          "write-shuffle-spills-to-s3");

  private static final Set<String> GLUE_PREFIXES = Set.of("job-bookmark-", "enable-", "redshift-");

  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Reads a command line.
   *
   * @param options names that take a value
   * @param flags names that are true or false
   * @throws UsageException for anything else
   */
  static Arguments parse(String[] line, Set<String> options, Set<String> flags) {
    Arguments arguments = new Arguments();
    int at = 0;
    while (at < line.length) {
      String word = line[at++];
      if (!word.startsWith("--") || word.length() == 2) {
        throw new UsageException("unexpected argument '" + word + "'");
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
      String value = equals < 0 ? null : word.substring(equals + 1);
      if (value == null && at < line.length && !line[at].startsWith("--")) {
        value = line[at++];
      }
      if (isGlueArgument(name)) {
        continue;
      }
      if (flags.contains(name)) {
        arguments.putFlag(name, value == null ? "" : value);
      } else if (!options.contains(name)) {
        throw new UsageException("unknown argument --" + name);
      } else if (value == null) {
        throw new UsageException("--" + name + " needs a value");
      } else {
        arguments.put(name, value);
      }
    }
    return arguments;
  }

  private static boolean isGlueArgument(String name) {
    return GLUE_ARGUMENTS.contains(name) || GLUE_PREFIXES.stream().anyMatch(name::startsWith);
  }

  private void put(String name, String value) {
    if (values.putIfAbsent(name, value) != null) {
      throw new UsageException("--" + name + " is given twice");
    }
  }

  private void putFlag(String name, String value) {
    switch (value) {
      case "", "true" -> put(name, "true");
      case "false" -> put(name, "false");
      default -> throw new UsageException("--" + name + " is true or false, not '" + value + "'");
    }
  }

  /** A flag; false when absent. */
  boolean flag(String name) {
    return "true".equals(values.get(name));
  }

  /** A value that may be absent; an empty one is. */
  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  /** A value that must be there. */
  String required(String name) {
    return optional(name).orElseThrow(() -> new UsageException("--" + name + " is missing"));
  }
}
