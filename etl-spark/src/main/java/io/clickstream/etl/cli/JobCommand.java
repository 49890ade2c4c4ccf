package io.clickstream.etl.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The command line of the job: the names of its arguments, and the text of {@code --help}. The
 * arguments that AWS Glue adds for itself are known and ignored.
 */
final class JobCommand {

  /** The value of a flag that is given without one. */
  static final String TRUE = "true";

  private static final String FLAG = "0..1";
  private static final int WIDTH = 100;

  /** Arguments that AWS Glue passes to every job. */
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

  private JobCommand() {}

  /** Returns the help text. */
  static String usage() {
    return parser().getUsageMessage().strip();
  }

  /**
   * Returns a parser.
   *
   * @param line the command line, whose arguments of Glue it knows too
   */
  static CommandLine parser(String... line) {
    CommandLine parser = new CommandLine(specification());
    parser.setExpandAtFiles(false);
    parser.setPosixClusteredShortOptionsAllowed(false);
    parser.setEndOfOptionsDelimiter("\0");
    parser.setUsageHelpWidth(WIDTH);
    parser
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, JobCommand::optionsBySection);
    addGlueArguments(parser.getCommandSpec(), line);
    return parser;
  }

  private static String optionsBySection(Help help) {
    StringBuilder text = new StringBuilder();
    help.commandSpec()
        .mixins()
        .forEach(
            (heading, section) -> {
              text.append('\n').append(heading).append('\n');
              section.options().forEach(option -> text.append(lineOf(option)));
            });
    return text.toString();
  }

  private static String lineOf(OptionSpec option) {
    boolean isFlag = option.arity().min() == 0;
    String name = option.longestName() + (isFlag ? "" : " " + option.paramLabel());
    return "  %-25s %s%n".formatted(name, option.description()[0]);
  }

  private static CommandSpec specification() {
    CommandSpec spec =
        CommandSpec.create()
            .name("clickstream-etl")
            .addMixin(
                "Hours to load: one of",
                section(
                    option("hour", "HOUR", "One UTC hour of key prefix, such as 2026-11-22T13."),
                    option("date", "DAY", "One UTC day, such as 2026-11-22."),
                    option("from", "START", "First UTC day or hour of a range."),
                    option("to", "END", "UTC day or hour at which the range ends, exclusive."),
                    flag("since-last-run", "New objects of recent and of incomplete hours."),
                    option(
                        "follow",
                        "DURATION",
                        "Stay, and load new objects every so often, such as 15s."),
                    option(
                        "look-back", "DURATION", "Age up to which hours are recent. Default: 3d."),
                    flag("reconcile", "Also visit all other hours below the raw root."),
                    flag("rebuild", "None: compute sessions and marts from stored events.")))
            .addMixin(
                "Packs: --pack with --hour, --date, --from and --to, or --older-than",
                section(
                    flag("pack", "Write objects into packs, and load nothing. Needs no warehouse."),
                    option("older-than", "DURATION", "Hours that ended so long ago, such as 3d."),
                    flag("delete-packed", "Delete the objects that a verified pack has.")))
            .addMixin(
                "Erasure: --erase with ids, or alone for the requests beside the raw root",
                section(
                    flag("erase", "Erase records, and load nothing."),
                    list("client-id", "ID", "Of a browser. Each id may be given several times."),
                    list("user-id", "ID", "Of a user."),
                    flag("linked", "And client ids seen with this user id and no other."),
                    flag("purge", "And delete the raw bytes of all erased records."),
                    list("event-id", "ID", "Of an event."),
                    list("object-key", "KEY", "Of a raw object or record below the raw root."),
                    option("received-before", "TIME", "Only older records. Default: now.")))
            .addMixin(
                "Closing: removes sessions and events of an old period, and keeps marts by day",
                section(
                    option(
                        "keep",
                        "DAYS",
                        "Close what is older than so many days before the latest, such as 400d.")))
            .addMixin(
                "From and to",
                section(
                    option("raw", "URI", "Raw root: s3a://bucket/events or file:///data/events."),
                    option("jdbc-url", "URL", "Warehouse: jdbc:postgresql://HOST:PORT/DATABASE."),
                    option("db-user", "NAME", "Database user. DW_PASSWORD holds the password."),
                    option("db-secret-arn", "ARN", "User and password from AWS Secrets Manager."),
                    option("db-ca", "URI", "PEM file of the server's authority: TLS verify-full."),
                    flag("db-tls-unverified", "Accept any certificate of a remote database."),
                    option("aws-region", "REGION", "Region of S3.")))
            .addMixin(
                "Settings of the warehouse: its first load fixes them, --rebuild changes them",
                section(
                    option("session-gap", "DURATION", "Greatest gap in a session. Default: 30m."),
                    option("timezone", "ZONE", "Of reporting days. Default: Asia/Ho_Chi_Minh."),
                    option("own-hosts", "HOST,…", "Hosts of the shop: not counted as referrers."),
                    option("price-scale", "DIGITS", "Decimal places of prices. Default: 0."),
                    option(
                        "rejected-bytes-for",
                        "DAYS",
                        "Keep the bytes of rejected records, such as 30d. Default: for ever.")))
            .addMixin(
                "Behaviour",
                section(
                    option("fetch-concurrency", "N", "Requests in flight per task."),
                    flag("skip-unreadable", "Load a slice without its unreadable objects."),
                    flag("retry-quarantined", "Load quarantined objects again."),
                    flag("plan", "List only, and tell what there is to load. Needs no warehouse."),
                    flag("newest-first", "Load the latest hours first."),
                    option("slice-records", "N", "Records of a slice, about. Default: 500000."),
                    flag("in-turn", "Read a slice after the one before, and not during its merge."),
                    flag("dry-run", "Read and parse only. Needs no warehouse."),
                    flag("check", "Check the warehouse after the load."),
                    flag("help", "Print this text.")))
            .addOption(flag("reload", "").build());
    spec.usageMessage()
        .header("Loads raw clickstream objects into the PostgreSQL warehouse.")
        .synopsisHeading("%nUsage: ")
        .customSynopsis(
            "EtlMain --raw URI HOURS --jdbc-url URL (--db-user NAME | --db-secret-arn ARN) …",
            "       EtlMain --raw URI --pack HOURS [--delete-packed]",
            "       EtlMain --raw URI --erase --user-id ID --jdbc-url URL --db-user NAME …",
            "       EtlMain --keep DAYS --jdbc-url URL (--db-user NAME | --db-secret-arn ARN)")
        .footer(
            "",
            "Exit status: 0 done; 1 failed, and nothing of the failing slice is committed; 2 wrong",
            "arguments or settings. The last line on standard output is the ledger row as JSON.",
            "--follow ends on TERM or Ctrl-C after the slice that it loads: with status 1 if it has",
            "quarantined an object or met a malformed erasure request, and else with status 0.");
    return spec;
  }

  private static CommandSpec section(OptionSpec.Builder... options) {
    CommandSpec section = CommandSpec.create();
    for (OptionSpec.Builder option : options) {
      section.addOption(option.build());
    }
    return section;
  }

  private static OptionSpec.Builder option(String name, String label, String description) {
    return argument("--" + name).arity("1").paramLabel(label).description(description);
  }

  /** An argument that may be repeated. */
  private static OptionSpec.Builder list(String name, String label, String description) {
    return option(name, label, description).type(List.class).auxiliaryTypes(String.class);
  }

  private static OptionSpec.Builder flag(String name, String description) {
    return argument("--" + name).arity(FLAG).fallbackValue(TRUE).description(description);
  }

  private static OptionSpec.Builder argument(String name) {
    return OptionSpec.builder(name).type(String.class).preprocessor(JobCommand::endBeforeNextName);
  }

  private static void addGlueArguments(CommandSpec spec, String... line) {
    for (String word : line) {
      String name = word.split("=", 2)[0];
      if (isGlueArgument(name) && spec.findOption(name) == null) {
        spec.addOption(
            argument(name).arity(FLAG).type(List.class).auxiliaryTypes(String.class).build());
      }
    }
  }

  static boolean isGlueArgument(String word) {
    String name = word.startsWith("--") ? word.substring(2) : "";
    return GLUE_ARGUMENTS.contains(name) || GLUE_PREFIXES.stream().anyMatch(name::startsWith);
  }

  /**
   * Ends an argument before a word with two dashes, which is a name even when it is unknown. An
   * equals sign joins such a word to the argument.
   */
  private static boolean endBeforeNextName(
      Stack<String> following, CommandSpec spec, ArgSpec argument, Map<String, Object> details) {
    boolean joined = "=".equals(details.get("separator"));
    if (joined || following.isEmpty() || !following.peek().startsWith("--")) {
      return false;
    }
    if (argument.arity().min() > 0) {
      throw new MissingParameterException(spec.commandLine(), argument, "no value");
    }
    following.push(TRUE);
    return false;
  }
}
