package io.clickstream.etl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.JobRequest;
import io.clickstream.etl.job.Slicing;
import io.clickstream.etl.job.Window;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.warehouse.Tls;
import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtlOptionsTest {

  private static final String SECRET = "s3cret!";
  private static final String WINDOWS =
      ". Give one of --hour, --date, --from with --to, --since-last-run, --follow,"
          + " --rebuild and --keep.";
  private static final String NO_WINDOW = "no argument names the hours" + WINDOWS;
  private static final String SEVERAL_WINDOWS = "several arguments name the hours" + WINDOWS;

  private static EtlOptions parse(String... line) {
    return EtlOptions.parse(line, Optional.of(SECRET));
  }

  /** Returns the arguments that a load needs, and more. */
  private static String[] load(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--raw", "s3a://bucket/events",
                "--jdbc-url", "jdbc:postgresql://localhost:5432/warehouse",
                "--db-user", "etl",
                "--date", "2026-11-22"));
    line.addAll(Arrays.asList(more));
    return line.toArray(String[]::new);
  }

  /** Returns the options of a dry run of a window. */
  private static EtlOptions dry(String... window) {
    List<String> line = new ArrayList<>(List.of("--raw", "file:///data/events", "--dry-run"));
    line.addAll(Arrays.asList(window));
    return parse(line.toArray(String[]::new));
  }

  private static void assertRefused(String message, String... line) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read the arguments: " + message)
        .message()
        .doesNotContain("\n", SECRET);
  }

  @Test
  void aLoadHasTheDefaultsOfTheContract() {
    EtlOptions options = parse(load());
    assertThat(options.raw()).contains(URI.create("s3a://bucket/events"));
    assertThat(options.window()).isEqualTo(WindowArguments.date("2026-11-22"));
    assertThat(options.parseRules()).isEqualTo(new ParseRules(0));
    assertThat(options.sessionRules())
        .isEqualTo(new SessionRules(Duration.ofMinutes(30), "Asia/Ho_Chi_Minh", List.of()));
    assertThat(options.fetchConcurrency()).isEmpty();
    assertThat(options.awsRegion()).isEmpty();
    assertThat(options.skipUnreadable()).isFalse();
    assertThat(options.dryRun()).isFalse();
    assertThat(options.warehouse())
        .hasValueSatisfying(
            warehouse -> {
              assertThat(warehouse.jdbcUrl())
                  .isEqualTo("jdbc:postgresql://localhost:5432/warehouse");
              assertThat(warehouse.user()).contains("etl");
              assertThat(warehouse.password()).contains(SECRET);
              assertThat(warehouse.secret()).isEmpty();
              assertThat(warehouse.authority()).isEmpty();
            });
  }

  @Test
  void everySettingCanBeGiven() {
    EtlOptions options =
        parse(
            load(
                "--session-gap",
                "45m",
                "--timezone",
                "Europe/Berlin",
                "--price-scale",
                "2",
                "--rejected-bytes-for",
                "30d",
                "--own-hosts",
                "www.Shop.example, pay.example,,",
                "--fetch-concurrency",
                "64",
                "--aws-region",
                "ap-southeast-1",
                "--db-ca",
                "file:///certs/ca.pem",
                "--skip-unreadable"));
    assertThat(options.sessionRules())
        .isEqualTo(
            new SessionRules(
                Duration.ofMinutes(45), "Europe/Berlin", List.of("pay.example", "shop.example")));
    assertThat(options.parseRules()).isEqualTo(new ParseRules(2, 30));
    assertThat(options.fetchConcurrency()).hasValue(64);
    assertThat(options.awsRegion()).hasValue("ap-southeast-1");
    assertThat(options.warehouse().orElseThrow().authority())
        .contains(URI.create("file:///certs/ca.pem"));
    assertThat(options.skipUnreadable()).isTrue();
  }

  @Test
  void glueMayPassAValueWithEveryKeyAndArgumentsOfItsOwn() {
    EtlOptions options =
        parse(
            load(
                "--JOB_NAME", "etl",
                "--TempDir", "s3://bucket/temp/",
                "--enable-metrics", "true",
                "--job-bookmark-option", "job-bookmark-disable",
                "--skip-unreadable", "true",
                "--dry-run", "false",
                "--since-last-run", "false",
                "--reconcile", "false",
                "--aws-region", "",
                "--own-hosts", ""));
    assertThat(options.skipUnreadable()).isTrue();
    assertThat(options.dryRun()).isFalse();
    assertThat(options.window()).isEqualTo(WindowArguments.date("2026-11-22"));
  }

  @Test
  void theRawRootIsAUriOrAFolder() {
    assertThat(dry("--date", "2026-11-22").raw()).contains(URI.create("file:///data/events"));
    assertThat(parse("--raw", "some/folder", "--dry-run", "--date", "2026-11-22").raw())
        .contains(Path.of("some/folder").toAbsolutePath().toUri());
    assertRefused("--raw is missing. Give --raw VALUE.", "--dry-run", "--date", "2026-11-22");
    assertRefused(
        "--raw is missing. Give --raw VALUE.", "--raw", "", "--dry-run", "--date", "2026-11-22");
    assertThat(parse("--raw", "s3a://bucket/a b", "--dry-run", "--date", "2026-11-22").raw())
        .contains(URI.create("s3a://bucket/a%20b"));
    assertRefused(
        "--raw is 's3a:'. Give a URI such as s3a://bucket/folder or file:///folder.",
        "--raw",
        "s3a:",
        "--dry-run",
        "--date",
        "2026-11-22");
  }

  @Test
  void eachWindowHasItsArguments() {
    assertThat(dry("--hour", "2026-11-22T13").window())
        .isEqualTo(WindowArguments.hour("2026-11-22T13"));
    assertThat(dry("--date", "2026-11-22").window()).isEqualTo(WindowArguments.date("2026-11-22"));
    assertThat(dry("--from", "2026-11-20", "--to", "2026-11-22T06").window())
        .isEqualTo(
            new Window.Range(
                "range",
                Instant.parse("2026-11-20T00:00:00Z"),
                Instant.parse("2026-11-22T06:00:00Z")));
    assertThat(dry("--since-last-run").window())
        .isEqualTo(new Window.SinceLastRun(Duration.ofDays(3), false));
    assertThat(dry("--since-last-run", "--look-back", "36h", "--reconcile").window())
        .isEqualTo(new Window.SinceLastRun(Duration.ofHours(36), true));
    assertThat(dry("--since-last-run").window().mode()).isEqualTo("since-last-run");
  }

  @Test
  void packingNeedsAWindowAndNoWarehouse() {
    EtlOptions options = parse("--raw", "x", "--pack", "--older-than", "3d", "--delete-packed");
    assertThat(options.packing()).contains(new JobRequest.Packing(true));
    assertThat(options.window()).isEqualTo(new Window.OlderThan(Duration.ofDays(3)));
    assertThat(options.warehouse()).isEmpty();
    assertThat(parse("--raw", "x", "--pack", "--hour", "2026-11-22T13").packing())
        .contains(new JobRequest.Packing(false));
    assertThat(parse("--raw", "x", "--pack", "--from", "2026-11-20", "--to", "2026-11-22").window())
        .isEqualTo(dry("--from", "2026-11-20", "--to", "2026-11-22").window());
    assertThat(parse(load()).packing()).isEmpty();
  }

  @Test
  void aPlanNeedsNoWarehouseAndTheOrderIsAnOption() {
    EtlOptions plan = parse("--raw", "x", "--plan", "--from", "2026-11-20", "--to", "2026-11-22");
    assertThat(plan.plansOnly()).isTrue();
    assertThat(plan.warehouse()).isEmpty();
    assertThat(parse(load("--plan")).warehouse()).isPresent();
    assertThat(parse(load("--newest-first")).newestFirst()).isTrue();
    assertThat(parse(load()).newestFirst()).isFalse();
  }

  @Test
  void slicesAreStagedAheadUnlessTheyLoadInTurn() {
    assertThat(parse(load()).slicing()).isEqualTo(new Slicing(500_000, true));
    assertThat(parse(load("--in-turn")).slicing()).isEqualTo(new Slicing(500_000, false));
    for (int records : new int[] {1, 10_000_000}) {
      assertThat(parse(load("--slice-records", "" + records)).slicing())
          .isEqualTo(new Slicing(records, true));
    }
    assertRefused(
        "--slice-records is for a load of hours that ends. Leave it out.",
        follow("15s", "--slice-records", "5"));
    assertRefused(
        "--slice-records is for a load of hours that ends. Leave it out.",
        load("--plan", "--slice-records", "5"));
    for (String records : List.of("0", "10000001", "-1")) {
      assertRefused(
          "--slice-records is " + records + ". Give 1 to 10000000.",
          load("--slice-records", records));
    }
    assertThat(parse(load()).plansOnly()).isFalse();
    assertRefused(
        "--plan only lists, unlike --dry-run, --check and --rebuild. Leave out the others.",
        load("--plan", "--check"));
  }

  @Test
  void packingAndLoadingHaveArgumentsOfTheirOwn() {
    String windows = ". Give one of --hour, --date, --from with --to, and --older-than.";
    assertRefused("no argument names the hours" + windows, "--raw", "x", "--pack");
    assertRefused(
        "several arguments name the hours" + windows,
        "--raw",
        "x",
        "--pack",
        "--older-than",
        "3d",
        "--date",
        "2026-11-22");
    assertRefused(
        "--pack does not work with --since-last-run, --follow, --rebuild and --keep. Give one of --hour,"
            + " --date, --from with --to, and --older-than.",
        "--raw",
        "x",
        "--pack",
        "--since-last-run");
    assertRefused(
        "--delete-packed and --older-than have no effect without --pack. Leave them out, or give"
            + " --pack.",
        load("--delete-packed"));
    assertRefused(
        "--dry-run is about loading and --pack loads nothing. Leave out one of them.",
        "--raw",
        "x",
        "--pack",
        "--older-than",
        "3d",
        "--dry-run");
    assertRefused(
        "--older-than is 'x'. Give a duration such as 30m, 6h or 3d.",
        "--raw",
        "x",
        "--pack",
        "--older-than",
        "x");
  }

  @Test
  void aClosingNeedsTheWarehouseOnly() {
    EtlOptions close =
        parse(
            "--keep", "400d", "--jdbc-url", "jdbc:postgresql://localhost/dw", "--db-user", "admin");
    assertThat(close.window()).isEqualTo(new Window.Close(400));
    assertThat(close.raw()).isEmpty();
    assertThat(close.warehouse()).isPresent();
    for (String wrong : List.of("400", "1h", "-1d", "100000d")) {
      assertRefused(
          "--keep is '" + wrong + "'. Give a number of days such as 400d.", "--keep=" + wrong);
    }
    assertRefused(SEVERAL_WINDOWS, load("--keep", "400d"));
    assertRefused(
        "--dry-run is about loading and --keep loads nothing. Leave out one of them.",
        "--keep",
        "400d",
        "--dry-run");
    assertRefused(
        "--erase concerns all hours, and another argument names hours. Leave out the hours.",
        "--erase",
        "--keep",
        "400d");
  }

  @Test
  void aLookBackIsBounded() {
    assertRefused(
        "--look-back is '999999d', more than 366d. Give --reconcile for older hours.",
        "--raw",
        "x",
        "--dry-run",
        "--since-last-run",
        "--look-back",
        "999999d");
  }

  @Test
  void exactlyOneWindowIsGiven() {
    assertRefused(NO_WINDOW, "--raw", "x", "--dry-run");
    assertRefused(NO_WINDOW, "--raw", "x", "--dry-run", "--since-last-run", "false");
    for (String[] second :
        new String[][] {
          {"--hour", "2026-11-22T13"},
          {"--from", "2026-11-22"},
          {"--to", "2026-11-22"},
          {"--since-last-run"}
        }) {
      assertRefused(SEVERAL_WINDOWS, load(second));
    }
  }

  @Test
  void bothEndsOfARangeAreNeeded() {
    assertRefused(
        "--to is missing. Give --to VALUE.", "--raw", "x", "--dry-run", "--from", "2026-11-22");
    assertRefused(
        "--from is missing. Give --from VALUE.", "--raw", "x", "--dry-run", "--to", "2026-11-22");
  }

  @Test
  void lookBackAndReconcileGoWithSinceLastRunOnly() {
    String message =
        "--reconcile and --look-back have no effect without --since-last-run or --follow."
            + " Leave them out, or give one of the two.";
    assertRefused(message, load("--reconcile"));
    assertRefused(message, load("--look-back", "3d"));
  }

  @Test
  void aLoadNeedsAWarehouseAndADryRunDoesNot() {
    assertRefused(
        "--jdbc-url is missing. Give --jdbc-url VALUE.", "--raw", "x", "--date", "2026-11-22");
    assertRefused(
        "--db-user is missing. Give --db-user VALUE.",
        "--raw",
        "x",
        "--date",
        "2026-11-22",
        "--jdbc-url",
        "jdbc:postgresql://h/d");
    assertThat(dry("--date", "2026-11-22").warehouse()).isEmpty();
    assertThat(dry("--date", "2026-11-22").dryRun()).isTrue();
  }

  @Test
  void thePasswordMayBeAbsent() {
    assertThat(EtlOptions.parse(load(), Optional.empty()).warehouse().orElseThrow().password())
        .isEmpty();
  }

  @Test
  void theWarehouseIsPostgresql() {
    assertRefused(
        "--jdbc-url is 'jdbc:mysql://h/d'. Give jdbc:postgresql://HOST:PORT/DATABASE.",
        "--raw",
        "x",
        "--date",
        "2026-11-22",
        "--jdbc-url",
        "jdbc:mysql://h/d",
        "--db-user",
        "u");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?user=u&password=" + SECRET,
        "jdbc:postgresql://h/d?sslpassword=" + SECRET,
        "jdbc:postgresql://h/d?PASSWORD=" + SECRET,
        "jdbc:postgresql://etl:" + SECRET + "@h/d",
      })
  void aPasswordInTheUrlIsRefusedWithoutItsValue(String url) {
    assertRefused(
        "--jdbc-url holds a password, which logs would show. Set DW_PASSWORD instead.",
        "--raw",
        "x",
        "--date",
        "2026-11-22",
        "--jdbc-url",
        url,
        "--db-user",
        "u");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sslmode=disable",
        "ssl=false",
        "sslfactory=org.postgresql.ssl.NonValidatingFactory",
        "sslrootcert=/tmp/other.pem",
        "sslhostnameverifier=x.Y",
        "user=postgres",
        "socketFactory=x.Y",
        "socketFactoryArg=http://x/y.xml",
        "loggerFile=/etc/passwd",
        "loggerLevel=TRACE",
        "authenticationPluginClassName=x.Y",
        "service=other",
        "options=-c%20role=postgres",
        "PGHOST=evil.example",
        "SSLMODE=disable",
        "aParameterOfALaterDriver=1",
        "connectTimeout=5&sslmode=disable",
        "connectTimeout=5&&sslmode",
      })
  void aParameterThatIsNotKnownToBeHarmlessIsRefused(String query) {
    String last = query.substring(query.lastIndexOf('&') + 1).split("=")[0];
    for (String host : List.of("localhost", "warehouse.example")) {
      assertRefused(
          "--jdbc-url has the parameter '%s'. Leave it out: login and TLS are set by --db-user,"
                  .formatted(last)
              + " --db-secret-arn, DW_PASSWORD and --db-ca only.",
          to("jdbc:postgresql://" + host + "/w?" + query, "--db-ca", "/certs/ca.pem"));
    }
  }

  @Test
  void harmlessParametersStay() {
    String url =
        "jdbc:postgresql://localhost/w?ApplicationName=a&connectTimeout=5&socketTimeout=60"
            + "&loginTimeout=5&tcpKeepAlive=true&targetServerType=primary&loadBalanceHosts=false"
            + "&hostRecheckSeconds=5";
    assertThat(parse(to(url)).warehouse().orElseThrow().jdbcUrl()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://localhost/w",
        "jdbc:postgresql://LOCALHOST:15432/w",
        "jdbc:postgresql://127.0.0.1:5432/w",
        "jdbc:postgresql://127.9.9.9/w",
        "jdbc:postgresql://[::1]:5432/w",
        "jdbc:postgresql:w",
        "jdbc:postgresql://localhost:1,127.0.0.1:2/w",
      })
  void aDatabaseOnThisMachineNeedsNoAuthority(String url) throws IOException {
    WarehouseTarget target = parse(to(url)).warehouse().orElseThrow();
    assertThat(target.open(Map.of(), new Configuration(false)).tls()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/w",
        "jdbc:postgresql://10.0.0.1:5432/w",
        "jdbc:postgresql://0.0.0.0/w",
        "jdbc:postgresql://127.0.0.1.example/w",
        "jdbc:postgresql://localhost.example/w",
        "jdbc:postgresql://[::2]/w",
        "jdbc:postgresql://localhost:1,h:2/w",
      })
  void aRemoteDatabaseNeedsAnAuthorityOrAnExplicitNo(String url) throws IOException {
    assertRefused(
        "--db-ca is missing, and the database is on another machine. Give --db-ca PEM, or"
            + " --db-tls-unverified to accept any certificate.",
        to(url));
    assertRefused(
        "--db-ca is missing, and the database is on another machine. Give --db-ca PEM, or"
            + " --db-tls-unverified to accept any certificate.",
        to(url, "--db-tls-unverified", "false"));
    assertThat(parse(to(url, "--db-ca", "/certs/ca.pem")).warehouse()).isPresent();
    WarehouseTarget unverified = parse(to(url, "--db-tls-unverified")).warehouse().orElseThrow();
    assertThat(unverified.open(Map.of(), new Configuration(false)).tls())
        .isEqualTo(Tls.unverified());
    assertRefused(
        "--db-ca and --db-tls-unverified are both given. Give one of them.",
        to(url, "--db-ca", "/certs/ca.pem", "--db-tls-unverified"));
  }

  private static String[] to(String url, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("--raw", "x", "--date", "2026-11-22", "--jdbc-url", url, "--db-user", "etl"));
    line.addAll(Arrays.asList(more));
    return line.toArray(String[]::new);
  }

  @Test
  void nothingPrintsThePassword() {
    EtlOptions options = parse(load("--db-ca", "/certs/ca.pem"));
    assertThat(options.toString()).doesNotContain(SECRET);
    assertThat(options.warehouse().toString()).doesNotContain(SECRET);
    assertThat(options.warehouse().orElseThrow().toString()).doesNotContain(SECRET);
    assertThat(EtlOptions.usage()).doesNotContain(SECRET).contains("DW_PASSWORD");
  }

  @ParameterizedTest
  @CsvSource({"1s, PT1S", "90s, PT1M30S", "30m, PT30M", "6h, PT6H", "360m, PT6H"})
  void aSessionGapIsADurationUpToSixHours(String text, Duration gap) {
    assertThat(parse(load("--session-gap", text)).sessionRules().gap()).isEqualTo(gap);
  }

  @ParameterizedTest
  @CsvSource({"0s", "7h", "1d", "21601s"})
  void aSessionGapOutOfBoundsIsRefused(String text) {
    assertThatThrownBy(() -> parse(load("--session-gap", text)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot read the arguments: --session-gap: session gap must be 1s to 6h, not PT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "30 m", "-30m", "half an hour", "PT30M", "1.5h", "9999999s"})
  void textThatIsNotADurationIsRefused(String text) {
    assertRefused(
        "--session-gap is '" + text + "'. Give a duration such as 30m, 6h or 3d.",
        load("--session-gap", text));
  }

  @Test
  void aLookBackIsADuration() {
    assertRefused(
        "--look-back is '3'. Give a duration such as 30m, 6h or 3d.",
        "--raw",
        "x",
        "--dry-run",
        "--since-last-run",
        "--look-back",
        "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--timezone | Saigon | --timezone is 'Saigon'. Give a name such as UTC or Asia/Ho_Chi_Minh.",
        "--timezone | +07:00 | --timezone is '+07:00'. Give a name such as UTC or Asia/Ho_Chi_Minh.",
        "--timezone | UTC+7 | --timezone is 'UTC+7'. Give a name such as UTC or Asia/Ho_Chi_Minh.",
        "--rejected-bytes-for | 36h | --rejected-bytes-for is 36h. Give whole days, such as 30d; 0d keeps the bytes for ever.",
        "--rejected-bytes-for | 36501d | --rejected-bytes-for is 36501d. Give whole days, such as 30d; 0d keeps the bytes for ever.",
        "--price-scale | 10 | --price-scale: price scale must be 0 to 9, not 10. Give 0 to 9.",
        "--price-scale | -1 | --price-scale: price scale must be 0 to 9, not -1. Give 0 to 9.",
        "--price-scale | two | --price-scale is 'two'. Give a whole number.",
        "--price-scale | 99999999999 | --price-scale is '99999999999'. Give a whole number.",
        "--fetch-concurrency | 0 | --fetch-concurrency is 0. Give 1 to 1024.",
        "--fetch-concurrency | 1025 | --fetch-concurrency is 1025. Give 1 to 1024.",
        "--fetch-concurrency | many | --fetch-concurrency is 'many'. Give a whole number.",
        "--db-ca | file:ca.pem | --db-ca is 'file:ca.pem'. Give a URI such as s3a://bucket/folder or file:///folder.",
        "--db-secret-arn | etl | --db-secret-arn is 'etl'. Give arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME.",
        "--skip-unreadable | maybe | --skip-unreadable is 'maybe'. Give true, false or no value.",
        "--hurry | up | --hurry is unknown. Run with --help for the list.",
      })
  void aBadValueIsRefusedInOneLineWithItsName(String name, String value, String message) {
    assertRefused(message, load(name, value));
  }

  @Test
  void checksRunOnlyAfterALoad() {
    assertThat(parse(load()).check()).isFalse();
    assertThat(parse(load("--check")).check()).isTrue();
    assertRefused(
        "--check reads the warehouse and --dry-run does not open it. Leave out one of them.",
        load("--check", "--dry-run"));
  }

  @Test
  void reloadIsACommandOfItsOwn() {
    assertThatThrownBy(() -> parse(load("--reload=true")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot read the arguments: --reload is not an argument of the job. Run ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///a b.pem",
        "s3a://bucket/tls/ca.pem",
        "hdfs://name/ca.pem",
        "/certs/ca.pem"
      })
  void theAuthorityMayBeOnAnyFileSystem(String text) {
    EtlOptions options = parse(load("--db-ca", text));
    assertThat(options.warehouse().orElseThrow().authority())
        .hasValueSatisfying(uri -> assertThat(uri.getPath()).endsWith(".pem"));
  }

  @Test
  void aSecretReplacesUserAndPassword() {
    String arn = "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:etl-AbCdEf";
    String[] line = {
      "--raw",
      "x",
      "--date",
      "2026-11-22",
      "--jdbc-url",
      "jdbc:postgresql://localhost/w",
      "--db-secret-arn",
      arn
    };
    WarehouseTarget target = EtlOptions.parse(line, Optional.empty()).warehouse().orElseThrow();
    assertThat(target.secret()).contains(new SecretArn(arn));
    assertThat(target.user()).isEmpty();
    assertRefused("--db-secret-arn and DW_PASSWORD are both given. Give one of them.", line);
  }

  @Test
  void aRebuildNeedsNoRawRoot() {
    EtlOptions options =
        parse("--rebuild", "--jdbc-url", "jdbc:postgresql://localhost/w", "--db-user", "etl");
    assertThat(options.raw()).isEmpty();
    assertThat(options.window().mode()).isEqualTo("rebuild");
    assertRefused(
        "--rebuild changes the warehouse and --dry-run does not open it. Leave out one of them.",
        "--rebuild",
        "--dry-run",
        "--jdbc-url",
        "jdbc:postgresql://localhost/w",
        "--db-user",
        "etl");
    assertRefused(SEVERAL_WINDOWS, load("--rebuild"));
  }

  @ParameterizedTest
  @CsvSource({"1s, 1", "15s, 15", "5m, 300", "24h, 86400", "1d, 86400"})
  void aFollowerStaysAndLoadsEverySoOften(String every, long seconds) {
    EtlOptions options = parse(follow(every, "--look-back", "1d", "--reconcile"));
    assertThat(options.window())
        .isEqualTo(new Window.Follow(Duration.ofSeconds(seconds), Duration.ofDays(1), true));
    assertThat(options.window().mode()).isEqualTo("follow");
  }

  @Test
  void aFollowerDoesNothingThatEnds() {
    assertThat(parse(follow("15s")).window())
        .isEqualTo(new Window.Follow(Duration.ofSeconds(15), Duration.ofDays(3), false));
    for (String every : List.of("0s", "0m", "86401s", "25h", "2d")) {
      assertRefused("--follow is '" + every + "'. Give 1s to 1d.", follow(every));
    }
    assertRefused("--follow is '15'. Give a duration such as 30m, 6h or 3d.", follow("15"));
    for (String once :
        List.of("dry-run", "check", "plan", "newest-first", "in-turn", "retry-quarantined")) {
      assertRefused(
          "--" + once + " is for a run that ends and --follow does not end. Leave out one of them.",
          follow("15s", "--" + once));
    }
    assertRefused(SEVERAL_WINDOWS, load("--follow", "15s"));
  }

  private static String[] follow(String every, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--raw",
                "x",
                "--follow",
                every,
                "--jdbc-url",
                "jdbc:postgresql://localhost/w",
                "--db-user",
                "etl"));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  @Test
  void aFlagOfALaterVersionMayBeFalse() {
    parse(load("--rebuild", "false", "--check=false", "--reload", "false", "--db-secret-arn="));
  }

  @Test
  void theHelpTextNamesEveryArgument() {
    assertThat(EtlOptions.usage())
        .contains(
            "--raw",
            "--hour",
            "--date",
            "--from",
            "--to",
            "--since-last-run",
            "--follow",
            "--reconcile",
            "--look-back",
            "--jdbc-url",
            "--db-user",
            "--db-ca",
            "--db-tls-unverified",
            "--db-secret-arn",
            "--aws-region",
            "--session-gap",
            "--timezone",
            "--price-scale",
            "--own-hosts",
            "--fetch-concurrency",
            "--skip-unreadable",
            "--dry-run",
            "--rebuild",
            "--check",
            "--help")
        .doesNotContain("--reload");
    assertThat(EtlOptions.usage().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void theRequestToTheJobHasTheOptions() throws IOException {
    EtlOptions options = parse(load("--price-scale", "2", "--fetch-concurrency", "8", "--check"));
    JobRequest request = options.toRequest(Map.of());
    assertThat(request.raw()).isEqualTo(options.raw());
    assertThat(request.window()).isEqualTo(options.window());
    assertThat(request.parseRules().priceScale()).isEqualTo(2);
    assertThat(request.sessionRules()).isEqualTo(options.sessionRules());
    assertThat(request.fetchConcurrency()).hasValue(8);
    assertThat(request.check()).isTrue();
    assertThat(request.toString()).doesNotContain(SECRET);
    Warehouse warehouse = request.warehouse().orElseThrow().open(new Configuration(false));
    assertThat(warehouse.user()).isEqualTo("etl");
    assertThat(warehouse.password()).isEqualTo(SECRET);
  }
}
