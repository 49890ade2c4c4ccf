package io.clickstream.simulator;

import io.clickstream.event.ErrorMessage;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.RawObjectWriter.Written;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./clickstream simulate}: writes raw objects of simulated traffic to a folder.
 *
 * <p>Exit status: 0 written, 1 a file cannot be written, 2 wrong arguments, with one line that
 * names the argument.
 */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes raw objects of simulated traffic, as the ingest Lambda stores them. The same"
            + " options give the same bytes.")
public final class SimulateCommand implements Callable<Integer> {

  /** {@link TrafficOptions#DEFAULT_START} as text. */
  static final String DEFAULT_START = "2026-11-21T12:00Z";

  /** {@link TrafficOptions#DEFAULT_DURATION} in hours. */
  static final String DEFAULT_HOURS = "24";

  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;

  /**
   * Moves the objects of hours into packs. Packing needs Spark, which this module does not have.
   */
  @FunctionalInterface
  public interface Packer {

    /**
     * Packs objects, and deletes them.
     *
     * @param root the raw root
     * @param from first hour
     * @param to hour after the last one
     */
    void pack(URI root, Instant from, Instant to) throws IOException;
  }

  private final Packer packer;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "The raw root that the hours go under: file:///…/events or a path.")
  private String out;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "" + TrafficOptions.DEFAULT_EVENTS,
      description = "Exact number of posts. Default: ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "" + TrafficOptions.DEFAULT_SEED,
      description = "Another seed gives other visitors. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--start",
      paramLabel = "T",
      defaultValue = DEFAULT_START,
      description =
          "Start of reception: a UTC date, a UTC hour (2026-11-21T12), or a time with an offset."
              + " Default: ${DEFAULT-VALUE}.")
  private String start;

  @Option(
      names = "--hours",
      paramLabel = "H",
      defaultValue = DEFAULT_HOURS,
      description = "Number of hours, 1 to 8784. Default: ${DEFAULT-VALUE}.")
  private long hours;

  @Option(
      names = "--batch-size",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Number of events per object; more than 1 writes batch-*.ndjson objects. Default:"
              + " ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--broken",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Also writes payloads that the Lambda rejects. Default: ${DEFAULT-VALUE}.")
  private boolean broken;

  @Option(
      names = "--packs",
      description = "Moves the objects of each hour into a pack-*.parquet file.")
  private boolean packs;

  /**
   * Creates the command.
   *
   * @param packer does what {@code --packs} asks for
   */
  public SimulateCommand(Packer packer) {
    this.packer = packer;
  }

  /**
   * Returns the command line, which reports a wrong argument in one line.
   *
   * @param packer does what {@code --packs} asks for
   */
  public static CommandLine commandLine(Packer packer) {
    return new CommandLine(new SimulateCommand(packer))
        .setParameterExceptionHandler(
            (e, arguments) -> wrong(e.getCommandLine().getErr(), WrongArguments.message(e)));
  }

  @Override
  public Integer call() {
    PrintWriter stdout = spec.commandLine().getOut();
    PrintWriter stderr = spec.commandLine().getErr();
    Traffic traffic;
    RawObjectWriter writer;
    Path root;
    try {
      traffic =
          new Traffic(
              new TrafficOptions(
                  events, seed, parseStart(start), Duration.ofHours(checkedHours())));
      root = RawObjectWriter.localRoot(out).toAbsolutePath().normalize();
      writer =
          new RawObjectWriter(
              root, Settings.standard().withBatchSize(batchSize).withBroken(broken));
    } catch (IllegalArgumentException e) {
      return wrong(stderr, e.getMessage());
    }
    Progress progress = new Progress(stderr, System.console() != null, events, System::nanoTime);
    try {
      Written written = writer.write(traffic, progress);
      progress.end();
      if (packs) {
        packer.pack(
            root.toUri(),
            traffic.options().start().truncatedTo(ChronoUnit.HOURS),
            traffic
                .options()
                .end()
                .minusNanos(1)
                .truncatedTo(ChronoUnit.HOURS)
                .plus(Duration.ofHours(1)));
      }
      stdout.println(summary(written, traffic.options(), root, progress.seconds()));
      stdout.flush();
      return 0;
    } catch (IOException e) {
      progress.end();
      say(
          stderr,
          "Cannot write under %s: %s. Give a folder that may be written."
              .formatted(root, ErrorMessage.of(e)));
      return FAILED;
    }
  }

  private long checkedHours() {
    long most = TrafficOptions.MAX_DURATION.toHours();
    if (hours < 1 || hours > most) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: --hours is " + hours + ". Give 1 to " + most + ".");
    }
    return hours;
  }

  /** Parses a date or an hour in UTC, or a date-time with an offset. */
  static Instant parseStart(String text) {
    try {
      if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      if (text.matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}")) {
        return LocalDateTime.parse(text + ":00").toInstant(ZoneOffset.UTC);
      }
      return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Cannot simulate traffic: --start is '"
              + text
              + "'. Give a date (2026-11-21), an hour (2026-11-21T12), or a time with an offset"
              + " (2026-11-21T12:00Z).",
          e);
    }
  }

  private static String summary(
      Written written, TrafficOptions options, Path root, double seconds) {
    String kinds =
        written.kinds().entrySet().stream()
            .map(
                kind -> String.format(Locale.ROOT, "%,d %s", kind.getValue(), words(kind.getKey())))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%,d events (%s), received %s to %s, in %,d objects, %.1f MB, under %s in %.1f s"
            + " (%,.0f events/s)",
        written.records(),
        kinds,
        options.start(),
        options.end(),
        written.objects(),
        written.bytes() / 1e6,
        root.toUri(),
        seconds,
        written.records() / seconds);
  }

  private static String words(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static int wrong(PrintWriter stderr, String message) {
    say(stderr, message);
    return WRONG_ARGUMENTS;
  }

  private static void say(PrintWriter stderr, String message) {
    stderr.println("clickstream: " + ErrorMessage.firstLine(message));
    stderr.flush();
  }
}
