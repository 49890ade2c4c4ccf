package io.clickstream.etl.cli;

import io.clickstream.etl.job.JobRequest;
import io.clickstream.etl.job.Slicing;
import io.clickstream.etl.job.Window;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The arguments of a run, checked and converted.
 *
 * @param raw the raw root; absent in a rebuild and in a closing
 * @param window hours of key prefix to load
 * @param warehouse absent in a dry run
 * @param givenRules names of the given arguments among those that set rules; the other rules have
 *     their defaults
 * @param fetchConcurrency requests in flight per task; absent for the default of the file system
 * @param awsRegion region of S3
 * @param skipUnreadable whether to load a slice without its unreadable objects
 * @param retryQuarantined whether to load quarantined objects again
 * @param dryRun whether to read and parse only
 * @param check whether to run {@code sql/checks} after the load
 * @param packing absent in a load
 * @param erasing absent in a load
 * @param plansOnly whether to tell what there is to load, and to load nothing
 * @param newestFirst whether to load the latest hours first
 * @param slicing how hours are divided into slices
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
    boolean retryQuarantined,
    boolean dryRun,
    boolean check,
    Optional<JobRequest.Packing> packing,
    Optional<JobRequest.Erasing> erasing,
    boolean plansOnly,
    boolean newestFirst,
    Slicing slicing) {

  private static final Set<String> RULES =
      Set.of("session-gap", "timezone", "own-hosts", "price-scale", "rejected-bytes-for");

  private static final Pattern HAS_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");
  private static final String URI_REMEDY =
      "Give a URI such as s3a://bucket/folder or file:///folder";
  private static final Duration DEFAULT_GAP = Duration.ofMinutes(30);
  private static final int MAX_FETCH_CONCURRENCY = 1_024;
  private static final int MAX_SLICE_RECORDS = 10_000_000;

  /** Returns an hour in the form that {@code --hour}, {@code --from} and {@code --to} take. */
  public static String hour(Instant at) {
    return at.toString().substring(0, "2026-11-22T13".length());
  }

  /** Returns true if the arguments ask for the help text, even if they are wrong otherwise. */
  public static boolean askForHelp(String... line) {
    return Arguments.askForHelp(line);
  }

  /** Returns the text that {@code --help} prints. */
  public static String usage() {
    return JobCommand.usage();
  }

  /**
   * Reads the arguments.
   *
   * @param password password of the database user, from the environment and never an argument
   * @throws UsageException with one line that names the wrong argument
   */
  public static EtlOptions parse(String[] line, Optional<String> password) {
    Arguments arguments = Arguments.parse(line);
    arguments.flag("help");
    if (arguments.flag("reload")) {
      throw new UsageException(
          "--reload is not an argument of the job", "Run ./clickstream reload");
    }
    boolean dryRun = arguments.flag("dry-run");
    Optional<JobRequest.Packing> packing = PackArguments.of(arguments);
    Optional<JobRequest.Erasing> erasing = ErasureArguments.of(arguments);
    if (erasing.isPresent() && packing.isPresent()) {
      throw new UsageException("--erase and --pack are both given", "Give one of them");
    }
    Window window = WindowArguments.of(arguments, packing.isPresent(), erasing.isPresent());
    boolean rebuild = window instanceof Window.Rebuild;
    boolean check = arguments.flag("check");
    boolean plan = arguments.flag("plan");
    requireCompatible(arguments, window);
    return new EtlOptions(
        rebuild || window instanceof Window.Close
            ? Optional.empty()
            : Optional.of(uri("raw", arguments.required("raw"))),
        window,
        packing.isPresent() || (dryRun || plan) && arguments.optional("jdbc-url").isEmpty()
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
        arguments.flag("retry-quarantined"),
        dryRun,
        check,
        packing,
        erasing,
        plan,
        arguments.flag("newest-first"),
        slicing(arguments, window, packing.isPresent() || plan));
  }

  private static void requireCompatible(Arguments arguments, Window window) {
    boolean rebuild = window instanceof Window.Rebuild;
    boolean dryRun = arguments.flag("dry-run");
    boolean check = arguments.flag("check");
    if (window instanceof Window.Follow) {
      for (String once :
          List.of("dry-run", "check", "plan", "newest-first", "in-turn", "retry-quarantined")) {
        if (arguments.flag(once)) {
          throw new UsageException(
              "--" + once + " is for a run that ends and --follow does not end",
              "Leave out one of them");
        }
      }
    }
    if (window instanceof Window.Close) {
      for (String loading :
          List.of("dry-run", "plan", "newest-first", "skip-unreadable", "retry-quarantined")) {
        if (arguments.flag(loading)) {
          throw new UsageException(
              "--" + loading + " is about loading and --keep loads nothing",
              "Leave out one of them");
        }
      }
    }
    if (arguments.flag("plan") && (dryRun || check || rebuild)) {
      throw new UsageException(
          "--plan only lists, unlike --dry-run, --check and --rebuild", "Leave out the others");
    }
    if (check && dryRun) {
      throw new UsageException(
          "--check reads the warehouse and --dry-run does not open it", "Leave out one of them");
    }
    if (rebuild && dryRun) {
      throw new UsageException(
          "--rebuild changes the warehouse and --dry-run does not open it",
          "Leave out one of them");
    }
  }

  /**
   * Returns the request to the job.
   *
   * @param environment may name another endpoint of Secrets Manager
   */
  public JobRequest toRequest(Map<String, String> environment) {
    return new JobRequest(
        raw,
        window,
        warehouse.map(target -> hadoop -> target.open(environment, hadoop)),
        parseRules,
        sessionRules,
        this::rebuiltSettings,
        fetchConcurrency,
        awsRegion,
        skipUnreadable,
        retryQuarantined,
        dryRun,
        check,
        packing,
        erasing,
        plansOnly,
        newestFirst,
        slicing);
  }

  /**
   * Returns the settings of a warehouse after this rebuild. A rule that was not given stays as it
   * is stored.
   *
   * @throws SettingsMismatchException for another price scale or another time of rejected bytes,
   *     since a rebuild does not read records
   */
  WarehouseSettings rebuiltSettings(WarehouseSettings stored) {
    if (givenRules.contains("price-scale") && parseRules.priceScale() != stored.priceScale()) {
      throw new SettingsMismatchException(
          "Cannot rebuild with --price-scale %d: the stored events have %d. Leave it out."
              .formatted(parseRules.priceScale(), stored.priceScale()));
    }
    if (givenRules.contains("rejected-bytes-for")
        && parseRules.rejectedBytesDays() != stored.rejectedBytesDays()) {
      throw new SettingsMismatchException(
          "Cannot rebuild with --rejected-bytes-for %dd: the warehouse has %dd. Leave it out, or reload."
              .formatted(parseRules.rejectedBytesDays(), stored.rejectedBytesDays()));
    }
    SessionRules old = stored.sessionRules();
    return stored.with(
        new SessionRules(
            (givenRules.contains("session-gap") ? sessionRules : old).gap(),
            (givenRules.contains("timezone") ? sessionRules : old).reportingZone(),
            (givenRules.contains("own-hosts") ? sessionRules : old).ownHosts()));
  }

  /** Returns a URI from a URI or from a path on this machine. */
  static URI uri(String name, String text) {
    if (!HAS_SCHEME.matcher(text).lookingAt()) {
      return Path.of(text).toAbsolutePath().normalize().toUri();
    }
    URI uri = hierarchical(name, text);
    if (uri.isOpaque()) {
      throw new UsageException("--" + name + " is '" + text + "'", URI_REMEDY);
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

  /** Returns a URI from text in which blanks and other characters are not escaped. */
  private static URI unescaped(String name, String text) {
    try {
      return new org.apache.hadoop.fs.Path(text).toUri();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + name + " is '" + text + "'", URI_REMEDY);
    }
  }

  private static WarehouseTarget warehouse(Arguments arguments, Optional<String> password) {
    String url = new JdbcUrl(arguments.required("jdbc-url")).text();
    Optional<SecretArn> secret = arguments.optional("db-secret-arn").map(SecretArn::new);
    if (secret.isPresent() && password.isPresent()) {
      throw new UsageException(
          "--db-secret-arn and DW_PASSWORD are both given", "Give one of them");
    }
    return new WarehouseTarget(
        url,
        secret.isPresent()
            ? arguments.optional("db-user")
            : Optional.of(arguments.required("db-user")),
        password,
        secret,
        arguments.optional("db-ca").map(text -> uri("db-ca", text)),
        arguments.flag("db-tls-unverified"));
  }

  private static ParseRules parseRules(Arguments arguments) {
    Duration kept = arguments.duration("rejected-bytes-for").orElse(Duration.ZERO);
    if (!kept.equals(Duration.ofDays(kept.toDays()))
        || kept.toDays() > ParseRules.MAX_REJECTED_BYTES_DAYS) {
      throw new UsageException(
          "--rejected-bytes-for is " + arguments.required("rejected-bytes-for"),
          "Give whole days, such as 30d; 0d keeps the bytes for ever");
    }
    try {
      return new ParseRules(arguments.number("price-scale").orElse(0), (int) kept.toDays());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--price-scale: " + e.getMessage(), "Give 0 to 9");
    }
  }

  private static SessionRules sessionRules(Arguments arguments) {
    String zone = arguments.optional("timezone").orElse("Asia/Ho_Chi_Minh");
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      // Java takes the offset +07:00 for seven hours east, and PostgreSQL for seven hours west.
      throw new UsageException(
          "--timezone is '" + zone + "'", "Give a name such as UTC or Asia/Ho_Chi_Minh");
    }
    Duration gap = arguments.duration("session-gap").orElse(DEFAULT_GAP);
    String hosts = arguments.optional("own-hosts").orElse("");
    try {
      return new SessionRules(gap, zone, List.of(hosts.split(",")));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--session-gap: " + e.getMessage(), "Give 1s to 6h");
    }
  }

  private static OptionalInt fetchConcurrency(Arguments arguments) {
    OptionalInt requests = arguments.number("fetch-concurrency");
    if (requests.isPresent()
        && (requests.getAsInt() < 1 || requests.getAsInt() > MAX_FETCH_CONCURRENCY)) {
      throw new UsageException(
          "--fetch-concurrency is " + requests.getAsInt(), "Give 1 to " + MAX_FETCH_CONCURRENCY);
    }
    return requests;
  }

  private static Slicing slicing(Arguments arguments, Window window, boolean loadsNothing) {
    boolean hasSlices =
        !loadsNothing
            && !(window instanceof Window.Follow
                || window instanceof Window.Rebuild
                || window instanceof Window.Close);
    if (!hasSlices && arguments.optional("slice-records").isPresent()) {
      throw new UsageException("--slice-records is for a load of hours that ends", "Leave it out");
    }
    int records = arguments.number("slice-records").orElse((int) Slicing.USUAL.sliceRecords());
    if (records < 1 || records > MAX_SLICE_RECORDS) {
      throw new UsageException("--slice-records is " + records, "Give 1 to " + MAX_SLICE_RECORDS);
    }
    return new Slicing(records, !arguments.flag("in-turn"));
  }
}
