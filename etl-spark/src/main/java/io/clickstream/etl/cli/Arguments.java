package io.clickstream.etl.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The arguments of the job as text: {@code --name value} or {@code --name=value}.
 *
 * <p>A flag takes no value, an empty one, {@code true} or {@code false}, since AWS Glue passes a
 * value with every key.
 */
final class Arguments {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");

  /** Begins a value. No command line can contain it. */
  private static final String MARK = "\0";

  /** The given values by name, without the two dashes. */
  private final Map<String, String> values = new HashMap<>();

  /** The given values of arguments that may be repeated. */
  private final Map<String, List<String>> lists = new HashMap<>();

  private Arguments(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.getValue() instanceof String value) {
        values.put(option.longestName().substring(2), value);
      } else if (option.getValue() instanceof List<?> several) {
        lists.put(
            option.longestName().substring(2),
            several.stream().map(value -> unmarked(String.valueOf(value))).toList());
      }
    }
  }

  /**
   * Reads a command line.
   *
   * @throws UsageException for an unknown or repeated argument, and for a missing value
   */
  static Arguments parse(String... line) {
    CommandLine parser = JobCommand.parser(line);
    try {
      return new Arguments(parser.parseArgs(marked(parser.getCommandSpec(), line)));
    } catch (UnmatchedArgumentException e) {
      throw unknown(e.getUnmatched().isEmpty() ? "" : e.getUnmatched().get(0));
    } catch (MissingParameterException e) {
      String name = ((OptionSpec) e.getMissing().get(0)).longestName();
      throw new UsageException(name + " has no value", "Give " + name + " VALUE");
    } catch (OverwrittenOptionException e) {
      String name = ((OptionSpec) e.getOverwritten()).longestName();
      throw new UsageException(name + " is given twice", "Give it once");
    } catch (ParameterException e) {
      throw new UsageException(e.getMessage(), "Run with --help for the list");
    }
  }

  /** Returns true if a command line has the flag {@code --help}, in any form of a flag. */
  static boolean askForHelp(String... line) {
    for (int i = 0; i < line.length; i++) {
      boolean isOff = i + 1 < line.length && line[i + 1].equals("false");
      if (line[i].equals("--help") && !isOff
          || line[i].equals("--help=")
          || line[i].equals("--help=" + JobCommand.TRUE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Marks the joined values of arguments that may be repeated. Otherwise picocli takes an id such
   * as {@code --purge}, which any visitor may send, for an argument of the job. Glue's arguments
   * are left as they are: their values are ignored, and may be empty.
   */
  private static String[] marked(CommandSpec spec, String... line) {
    String[] words = line.clone();
    for (OptionSpec option : spec.options()) {
      boolean holdsIds = option.isMultiValue() && !JobCommand.isGlueArgument(option.longestName());
      String joined = option.longestName() + "=";
      for (int i = 0; holdsIds && i < words.length; i++) {
        if (words[i].startsWith(joined)) {
          words[i] = joined + MARK + words[i].substring(joined.length());
        }
      }
    }
    return words;
  }

  private static String unmarked(String value) {
    return value.startsWith(MARK) ? value.substring(MARK.length()) : value;
  }

  private static UsageException unknown(String word) {
    if (word.startsWith("--") && word.length() > 2) {
      return new UsageException(
          word.split("=", 2)[0] + " is unknown", "Run with --help for the list");
    }
    return new UsageException(
        "'" + word + "' follows no argument", "Write --name value or --name=value");
  }

  /**
   * Returns the value of a flag; false when it is absent.
   *
   * @throws UsageException when the value is neither empty nor true nor false
   */
  boolean flag(String name) {
    String value = values.getOrDefault(name, "false");
    return switch (value) {
      case "", JobCommand.TRUE -> true;
      case "false" -> false;
      default ->
          throw new UsageException(
              "--" + name + " is '" + value + "'", "Give true, false or no value");
    };
  }

  /** Returns a value; an empty one counts as absent. */
  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  /** Returns the values of an argument that may be repeated. */
  List<String> list(String name) {
    return lists.getOrDefault(name, List.of());
  }

  /**
   * Returns an integer.
   *
   * @throws UsageException when the value is not one
   */
  OptionalInt number(String name) {
    Optional<String> text = optional(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text.get()));
    } catch (NumberFormatException e) {
      throw new UsageException("--" + name + " is '" + text.get() + "'", "Give a whole number");
    }
  }

  /**
   * Returns a duration.
   *
   * @throws UsageException when the value is not one
   */
  Optional<Duration> duration(String name) {
    return optional(name).map(text -> duration(name, text));
  }

  private static Duration duration(String name, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "--" + name + " is '" + text + "'", "Give a duration such as 30m, 6h or 3d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /**
   * Returns a value that is necessary.
   *
   * @throws UsageException when it is absent
   */
  String required(String name) {
    return optional(name)
        .orElseThrow(
            () -> new UsageException("--" + name + " is missing", "Give --" + name + " VALUE"));
  }
}
