package io.clickstream.etl.job;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a run is asked to do.
 *
 * @param raw the raw root; absent in a rebuild, which reads stored events
 * @param warehouse where to load; absent in a dry run
 * @param givenRules which of the rules' arguments were given; the others have their defaults
 * @param fetchConcurrency requests in flight per task; absent means by file system
 * @param check whether to run {@code sql/checks} on the warehouse afterwards
 */
public record EtlOptions(
    Optional<URI> raw,
    Window window,
    Optional<WarehouseTarget> warehouse,
    ParseRules parseRules,
    SessionRules sessionRules,
    Set<String> givenRules,
    OptionalInt fetchConcurrency,
    Optional<String> awsRegion,
    boolean skipUnreadable,
    boolean dryRun,
    boolean check) {

  /** Shown by {@code --help}. */
  public static final String USAGE =
      """
      Loads raw clickstream objects into the PostgreSQL warehouse.

      What to load (one of)
        --hour 2026-11-22T13           one UTC hour of key prefix
        --date 2026-11-22              one UTC day
        --from … --to …                UTC days or hours, --to exclusive
        --since-last-run               what is new in the last --look-back (3d) and in incomplete hours
          --reconcile                  … in every hour there is
        --rebuild                      nothing: computes sessions and marts anew from the stored events
      From and to
        --raw URI                      raw root, such as s3a://bucket/events or file:///data/events
        --jdbc-url URL --db-user NAME  the warehouse; the password comes from DW_PASSWORD
        --db-secret-arn ARN            … or user and password, from AWS Secrets Manager
        --db-ca URI                    authority of the server's certificate (TLS, verify-full)
        --aws-region REGION            region of S3
      Settings of the warehouse, fixed by its first load; --rebuild changes those that are given
        --session-gap 30m              greatest gap inside a session, up to 6h
        --timezone Asia/Ho_Chi_Minh    zone of reporting days
        --own-hosts a.example,…        hosts of the shop, which are no referrers
        --price-scale 0                decimal places of prices; fixed for good
      How
        --fetch-concurrency N          requests in flight per task
        --skip-unreadable              load the rest of a slice when objects can't be read
        --dry-run                      read and parse only; needs no warehouse
        --check                        then check the warehouse; exit status 1 when something does not hold

      Exit status: 0 done, 1 failed (nothing of the failing slice is committed), 2 wrong arguments or
      settings. The last line on standard output is the ledger row as JSON.""";

  private static final Set<String> OPTIONS =
      Set.of(
          "raw",
          "hour",
          "date",
          "from",
          "to",
          "look-back",
          "jdbc-url",
          "db-user",
          "db-ca",
          "aws-region",
          "session-gap",
          "timezone",
          "price-scale",
          "own-hosts",
          "fetch-concurrency",
          "db-secret-arn");

  private static final Set<String> FLAGS =
      Set.of(
          "since-last-run",
          "reconcile",
          "skip-unreadable",
          "dry-run",
          "rebuild",
          "reload",
          "check");

  private static final Set<String> RULES =
      Set.of("session-gap", "timezone", "own-hosts", "price-scale");

  /** Arguments of the contract that this version does not have yet, and what to do instead. */
  private static final Map<String, String> NOT_YET =
      Map.of("reload", "load into an empty warehouse instead");

  /** As a parameter, or before the host. */
  private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)password=|//[^/?]*@");

  private static final Pattern HAS_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");
  private static final int MAX_FETCH_CONCURRENCY = 1_024;
  private static final Duration MAX_LOOK_BACK = Duration.ofDays(366);

  /** An hour as {@code --hour}, {@code --from} and {@code --to} take it. */
  public static String hour(Instant at) {
    return at.toString().substring(0, "2026-11-22T13".length());
  }

  /**
   * Reads the arguments.
   *
   * @param password of the database user; from the environment, never from the arguments
   * @throws UsageException with one line that says what is wrong
   */
  public static EtlOptions parse(String[] line, Optional<String> password) {
    Arguments arguments = Arguments.parse(line, OPTIONS, FLAGS);
    NOT_YET.forEach(
        (name, instead) -> {
          if (arguments.optional(name).filter(value -> !value.equals("false")).isPresent()) {
            throw new UsageException("--" + name + " is not available in this version: " + instead);
          }
        });
    boolean dryRun = arguments.flag("dry-run");
    Window window = window(arguments);
    boolean rebuild = window instanceof Window.Rebuild;
    boolean check = arguments.flag("check");
    if (check && dryRun) {
      throw new UsageException("--check looks at the warehouse, which --dry-run leaves alone");
    }
    if (rebuild && dryRun) {
      throw new UsageException("--rebuild needs the warehouse: it has no --dry-run");
    }
    return new EtlOptions(
        rebuild ? Optional.empty() : Optional.of(uri("raw", arguments.required("raw"))),
        window,
        dryRun && arguments.optional("jdbc-url").isEmpty()
            ? Optional.empty()
            : Optional.of(warehouse(arguments, password)),
        parseRules(arguments),
        sessionRules(arguments),
        RULES.stream()
            .filter(name -> arguments.optional(name).isPresent())
            .collect(Collectors.toUnmodifiableSet()),
        fetchConcurrency(arguments),
        arguments.optional("aws-region"),
        arguments.flag("skip-unreadable"),
        dryRun,
        check);
  }

  /**
   * The settings of a warehouse after this rebuild: a rule that was not given stays as it is.
   *
   * @throws SettingsMismatchException for another price scale: a rebuild reads events as stored
   */
  WarehouseSettings rebuilt(WarehouseSettings stored) {
    if (givenRules.contains("price-scale") && parseRules.priceScale() != stored.priceScale()) {
      throw new SettingsMismatchException(
          "a rebuild can't change the price scale, which is %d there and %d here"
              .formatted(stored.priceScale(), parseRules.priceScale()));
    }
    SessionRules old = stored.sessionRules();
    return stored.with(
        new SessionRules(
            (givenRules.contains("session-gap") ? sessionRules : old).gap(),
            (givenRules.contains("timezone") ? sessionRules : old).reportingZone(),
            (givenRules.contains("own-hosts") ? sessionRules : old).ownHosts()));
  }

  private static Window window(Arguments arguments) {
    Optional<String> hour = arguments.optional("hour");
    Optional<String> date = arguments.optional("date");
    Optional<String> from = arguments.optional("from");
    Optional<String> to = arguments.optional("to");
    boolean sinceLastRun = arguments.flag("since-last-run");
    boolean rebuild = arguments.flag("rebuild");
    long ways =
        (hour.isPresent() ? 1 : 0)
            + (date.isPresent() ? 1 : 0)
            + (from.isPresent() || to.isPresent() ? 1 : 0)
            + (sinceLastRun ? 1 : 0)
            + (rebuild ? 1 : 0);
    if (ways != 1) {
      throw new UsageException(
          "give one of --hour, --date, --from with --to, --since-last-run, or --rebuild"
              + (ways == 0 ? "" : ", not several"));
    }
    boolean reconcile = arguments.flag("reconcile");
    Optional<String> lookBack = arguments.optional("look-back");
    if (sinceLastRun) {
      return new Window.SinceLastRun(lookBack(lookBack.orElse("3d")), reconcile);
    }
    if (reconcile || lookBack.isPresent()) {
      throw new UsageException("--reconcile and --look-back go with --since-last-run only");
    }
    if (rebuild) {
      return new Window.Rebuild();
    }
    if (hour.isPresent()) {
      return Window.hour(hour.get());
    }
    return date.isPresent()
        ? Window.date(date.get())
        : Window.range(arguments.required("from"), arguments.required("to"));
  }

  private static Duration lookBack(String text) {
    Duration lookBack = duration("look-back", text);
    if (lookBack.compareTo(MAX_LOOK_BACK) > 0) {
      throw new UsageException(
          "--look-back is at most %dd, not '%s': use --reconcile"
              .formatted(MAX_LOOK_BACK.toDays(), text));
    }
    return lookBack;
  }

  /** A URI, or a path on this machine. */
  private static URI uri(String name, String text) {
    if (!HAS_SCHEME.matcher(text).lookingAt()) {
      return Path.of(text).toAbsolutePath().normalize().toUri();
    }
    URI uri = hierarchical(name, text);
    if (uri.isOpaque()) {
      throw new UsageException("--" + name + " is no URI of a file or folder: '" + text + "'");
    }
    return uri;
  }

  private static URI hierarchical(String name, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return unescaped(name, text);
    }
  }

  /** A URI in which blanks and such stand as they are, as people write folders. */
  private static URI unescaped(String name, String text) {
    try {
      return new org.apache.hadoop.fs.Path(text).toUri();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + name + " is no URI: '" + text + "'");
    }
  }

  /**
   * Passwords don't belong into arguments, which every user of the machine can read.
   *
   * @throws UsageException when a JDBC URL holds one
   */
  public static void requireNoPassword(String jdbcUrl) {
    if (PASSWORD_IN_URL.matcher(jdbcUrl).find()) {
      throw new UsageException(
          "--jdbc-url must not hold a password: set DW_PASSWORD, where logs don't show it");
    }
  }

  private static WarehouseTarget warehouse(Arguments arguments, Optional<String> password) {
    String url = arguments.required("jdbc-url");
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new UsageException("--jdbc-url must begin with jdbc:postgresql:");
    }
    requireNoPassword(url);
    Optional<SecretArn> secret = arguments.optional("db-secret-arn").map(SecretArn::new);
    if (secret.isPresent() && password.isPresent()) {
      throw new UsageException("give --db-secret-arn or DW_PASSWORD, not both");
    }
    return new WarehouseTarget(
        url,
        secret.isPresent()
            ? arguments.optional("db-user")
            : Optional.of(arguments.required("db-user")),
        password,
        secret,
        arguments.optional("db-ca").map(text -> uri("db-ca", text)));
  }

  private static ParseRules parseRules(Arguments arguments) {
    try {
      return new ParseRules(number(arguments, "price-scale").orElse(0));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--price-scale: " + e.getMessage());
    }
  }

  private static SessionRules sessionRules(Arguments arguments) {
    String zone = arguments.optional("timezone").orElse("Asia/Ho_Chi_Minh");
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      // An offset such as +07:00 would do for Java, but PostgreSQL takes it for seven hours west.
      throw new UsageException(
          "--timezone is a name such as UTC or Asia/Ho_Chi_Minh, not '" + zone + "'");
    }
    Duration gap = duration("session-gap", arguments.optional("session-gap").orElse("30m"));
    String hosts = arguments.optional("own-hosts").orElse("");
    try {
      return new SessionRules(gap, ZoneId.of(zone), List.of(hosts.split(",")));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--session-gap: " + e.getMessage());
    }
  }

  private static OptionalInt fetchConcurrency(Arguments arguments) {
    OptionalInt requests = number(arguments, "fetch-concurrency");
    if (requests.isPresent()
        && (requests.getAsInt() < 1 || requests.getAsInt() > MAX_FETCH_CONCURRENCY)) {
      throw new UsageException("--fetch-concurrency must be 1 to " + MAX_FETCH_CONCURRENCY);
    }
    return requests;
  }

  private static OptionalInt number(Arguments arguments, String name) {
    Optional<String> text = arguments.optional(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text.get()));
    } catch (NumberFormatException e) {
      throw new UsageException("--" + name + " is a whole number, not '" + text.get() + "'");
    }
  }

  private static Duration duration(String name, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "--" + name + " is a duration such as 30m, 6h or 3d, not '" + text + "'");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
