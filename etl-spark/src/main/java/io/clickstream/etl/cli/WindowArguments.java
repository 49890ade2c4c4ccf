package io.clickstream.etl.cli;

import io.clickstream.etl.job.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Converts the arguments that name the hours to a window. */
final class WindowArguments {

  private static final Pattern HOUR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3])");

  private static final Pattern KEPT_DAYS = Pattern.compile("(\\d{1,5})d");
  private static final Duration DEFAULT_LOOK_BACK = Duration.ofDays(3);
  private static final Duration MAX_LOOK_BACK = Duration.ofDays(366);
  private static final Duration MAX_STEP = Duration.ofDays(1);

  private WindowArguments() {}

  /**
   * Returns the window that the arguments name.
   *
   * @param packs whether {@code --pack} is given
   * @param erases whether {@code --erase} is given
   */
  static Window of(Arguments arguments, boolean packs, boolean erases) {
    requireOneWay(arguments, packs, erases);
    if (erases) {
      return new Window.Erase();
    }
    boolean reconcile = arguments.flag("reconcile");
    if (arguments.flag("since-last-run")) {
      return new Window.SinceLastRun(lookBack(arguments), reconcile);
    }
    if (arguments.optional("follow").isPresent()) {
      return new Window.Follow(step(arguments), lookBack(arguments), reconcile);
    }
    if (reconcile || arguments.optional("look-back").isPresent()) {
      throw new UsageException(
          "--reconcile and --look-back have no effect without --since-last-run or --follow",
          "Leave them out, or give one of the two");
    }
    if (arguments.flag("rebuild")) {
      return new Window.Rebuild();
    }
    return arguments
        .duration("older-than")
        .<Window>map(Window.OlderThan::new)
        .or(() -> arguments.optional("keep").map(WindowArguments::close))
        .or(() -> arguments.optional("hour").map(WindowArguments::hour))
        .or(() -> arguments.optional("date").map(WindowArguments::date))
        .orElseGet(() -> range(arguments.required("from"), arguments.required("to")));
  }

  /** Fails unless one argument names the hours: none with {@code --erase}, which concerns all. */
  private static void requireOneWay(Arguments arguments, boolean packs, boolean erases) {
    boolean isOfNoPack =
        arguments.flag("since-last-run")
            || arguments.flag("rebuild")
            || arguments.optional("follow").isPresent()
            || arguments.optional("keep").isPresent();
    if (packs && isOfNoPack) {
      throw new UsageException(
          "--pack does not work with --since-last-run, --follow, --rebuild and --keep",
          "Give one of --hour, --date, --from with --to, and --older-than");
    }
    boolean isRange =
        arguments.optional("from").isPresent() || arguments.optional("to").isPresent();
    long ways =
        Stream.of("since-last-run", "rebuild").filter(arguments::flag).count()
            + Stream.of("hour", "date", "follow", "older-than", "keep")
                .filter(name -> arguments.optional(name).isPresent())
                .count()
            + (isRange ? 1 : 0);
    if (erases && ways > 0) {
      throw new UsageException(
          "--erase concerns all hours, and another argument names hours", "Leave out the hours");
    }
    if (!erases && ways != 1) {
      throw new UsageException(
          ways == 0 ? "no argument names the hours" : "several arguments name the hours",
          packs
              ? "Give one of --hour, --date, --from with --to, and --older-than"
              : "Give one of --hour, --date, --from with --to, --since-last-run, --follow, --rebuild and --keep");
    }
  }

  private static Window.Close close(String text) {
    Matcher days = KEPT_DAYS.matcher(text);
    if (!days.matches()) {
      throw new UsageException("--keep is '" + text + "'", "Give a number of days such as 400d");
    }
    return new Window.Close(Integer.parseInt(days.group(1)));
  }

  private static Duration step(Arguments arguments) {
    Duration step = arguments.duration("follow").orElseThrow();
    if (step.isZero() || step.compareTo(MAX_STEP) > 0) {
      throw new UsageException(
          "--follow is '" + arguments.required("follow") + "'", "Give 1s to 1d");
    }
    return step;
  }

  private static Duration lookBack(Arguments arguments) {
    Duration lookBack = arguments.duration("look-back").orElse(DEFAULT_LOOK_BACK);
    if (lookBack.compareTo(MAX_LOOK_BACK) > 0) {
      throw new UsageException(
          "--look-back is '%s', more than %dd"
              .formatted(arguments.required("look-back"), MAX_LOOK_BACK.toDays()),
          "Give --reconcile for older hours");
    }
    return lookBack;
  }

  /** Returns the window of one UTC hour. */
  static Window.Range hour(String text) {
    Instant start =
        parseHour(text)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--hour is '" + text + "'", "Give a UTC hour such as 2026-11-22T13"));
    return new Window.Range("hour", start, start.plus(Duration.ofHours(1)));
  }

  /** Returns the window of one UTC day. */
  static Window.Range date(String text) {
    Instant start =
        parseDay(text)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--date is '" + text + "'", "Give a UTC day such as 2026-11-22"));
    return new Window.Range("date", start, start.plus(Duration.ofDays(1)));
  }

  /** Returns the window between two UTC days or hours; {@code to} is exclusive. */
  static Window.Range range(String from, String to) {
    Instant start = dayOrHour("--from", from);
    Instant end = dayOrHour("--to", to);
    if (!start.isBefore(end)) {
      throw new UsageException(
          "--to is '" + to + "', which is not after --from '" + from + "'",
          "Give a later --to, which is exclusive");
    }
    return new Window.Range("range", start, end);
  }

  private static Instant dayOrHour(String option, String text) {
    return parseHour(text)
        .or(() -> parseDay(text))
        .orElseThrow(
            () ->
                new UsageException(
                    option + " is '" + text + "'",
                    "Give a UTC day such as 2026-11-22 or hour such as 2026-11-22T13"));
  }

  private static Optional<Instant> parseHour(String text) {
    try {
      return HOUR.matcher(text).matches()
          ? Optional.of(Instant.parse(text + ":00:00Z"))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> parseDay(String text) {
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
