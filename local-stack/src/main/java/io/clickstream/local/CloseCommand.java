package io.clickstream.local;

import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./clickstream close}: closes old periods. */
@Command(
    name = "close",
    mixinStandardHelpOptions = true,
    description = {
      "Closes the period before an instant: removes its sessions, their events and the marts of",
      "single sessions, in batches. Marts by hour and by day stay, and are final; so do orders. This",
      "cannot be undone. After a stop, the same command goes on. The last line is a JSON object, if",
      "there was a period to close."
    })
public final class CloseCommand implements Callable<Integer> {

  private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");

  /** One of two. */
  private static final class Period {

    @Option(
        names = "--before",
        paramLabel = "INSTANT|DATE",
        required = true,
        description =
            "2026-01-01 or 2026-01-01T00:00Z. An instant counts as the begin of its reporting day.")
    private String before;

    @Option(
        names = "--keep",
        paramLabel = "DAYS",
        required = true,
        description = "400d keeps the latest loaded reporting day and the 400 days before it.")
    private String keep;
  }

  @Spec private CommandSpec spec;

  @Mixin private WarehouseArguments arguments;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      required = true,
      description = "A superuser, or a member of clickstream_owner.")
  private String user;

  @ArgGroup(multiplicity = "1")
  private Period period;

  @Override
  public Integer call() throws IOException {
    requireUsable();
    Warehouse warehouse = arguments.open(user);
    new ClosePeriod(warehouse, line -> System.err.println("close: " + line))
        .close(this::end)
        .ifPresent(result -> System.out.println(result.toJson()));
    return 0;
  }

  private void requireUsable() {
    if (period.keep == null) {
      if (!isTime(period.before)) {
        throw wrong(
            "--before",
            period.before,
            "Give a date such as 2026-01-01, or an instant such as 2026-01-01T00:00Z");
      }
    } else if (!DAYS.matcher(period.keep).matches()) {
      throw wrong("--keep", period.keep, "Give a number of days such as 400d");
    }
  }

  /** Returns true for a date or an instant. A sign before the year means more than four digits. */
  private static boolean isTime(String text) {
    return !text.startsWith("+")
        && !text.startsWith("-")
        && (isReadBy(LocalDate::parse, text) || isReadBy(OffsetDateTime::parse, text));
  }

  private static boolean isReadBy(Consumer<String> parser, String text) {
    try {
      parser.accept(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private ParameterException wrong(String name, String value, String remedy) {
    return new ParameterException(
        spec.commandLine(),
        "Cannot read the arguments: %s is %s. %s.".formatted(name, value, remedy));
  }

  private Instant end(SqlConnection connection) {
    if (period.keep == null) {
      return Closings.beginOfDay(connection, period.before);
    }
    Matcher days = DAYS.matcher(period.keep);
    days.matches();
    return Closings.beginOfDay(connection, Integer.parseInt(days.group(1)));
  }
}
