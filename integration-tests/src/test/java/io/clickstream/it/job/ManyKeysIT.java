package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.event.RawKey;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import io.clickstream.testing.Command.Ended;
import io.clickstream.testing.GeneratedObjects;
import io.clickstream.testing.GeneratedS3;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

/** Loads days with more keys than the driver can hold, and with none, from generated objects. */
class ManyKeysIT {

  private static final String DATE = "2026-11-22";
  private static final Instant MIDNIGHT = Instant.parse(DATE + "T00:00:00Z");
  private static final int KEY_BYTES = 17;

  /** The heap that Spark and S3A need, and a little more. */
  private static final String SMALL_HEAP = "-Xmx150m";

  /** Keys per hour: half a million a day, which would fill this heap as Java objects. */
  private static final int MANY = 20_000;

  /** Runs the job in a process with a small heap. */
  private static Ended etl(GeneratedS3 s3, String... arguments) throws Exception {
    String options =
        String.join(
            " ",
            SMALL_HEAP,
            // As in other processes of tests: with both compilers it takes a quarter more CPU time.
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dspark.testing.reservedMemory=50000000",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dlog4j2.configurationFile=log4j2-quiet.properties",
            JavaModuleOptions.defaultModuleOptions());
    return Command.java(
            EtlMain.class,
            Stream.concat(Stream.of("--raw", "s3a://generated/events"), Stream.of(arguments))
                .toArray(String[]::new))
        .with("JDK_JAVA_OPTIONS", options)
        .with("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ACCESS_KEY_ID", "any")
        .with("AWS_SECRET_ACCESS_KEY", "any")
        .run();
  }

  private static String last(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  /** Fills the ledger as if every object were loaded. */
  private static void fillLedger(String warehouse, GeneratedObjects objects) throws SQLException {
    try (Connection connection = TestWarehouses.connect(warehouse);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO etl_hours (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records) VALUES (?, TRUE, now(), ?, ?, '{}')")) {
      for (int i = 0; i < objects.hours(); i++) {
        Instant hour = objects.from().plus(Duration.ofHours(i));
        ByteBuffer keys = ByteBuffer.allocate(KEY_BYTES * objects.objects());
        for (int index = 0; index < objects.objects(); index++) {
          UUID id = objects.key(hour, index).id();
          keys.put((byte) RawKey.Kind.EVENT.code());
          keys.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        insert.setObject(1, hour.atOffset(ZoneOffset.UTC));
        insert.setLong(2, objects.objects());
        insert.setBytes(3, keys.array());
        insert.executeUpdate();
      }
    }
  }

  private static Map<String, Long> pages(GeneratedS3 s3) {
    return s3.requests().entrySet().stream()
        .filter(request -> request.getKey().matches("LIST events/..../../../../"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  @Nightly("It fills a heap with half a million keys, and only the storage of keys can break it")
  void aDayOfLoadedKeysTakesFewBytesForEach() throws Exception {
    String warehouse = migrated();
    GeneratedObjects objects = new GeneratedObjects(MIDNIGHT, 24, MANY, 1, 0);
    fillLedger(warehouse, objects);
    try (GeneratedS3 s3 = new GeneratedS3(objects, 0)) {
      Ended ended =
          etl(s3, "--date", DATE, "--jdbc-url", warehouse, "--db-user", PostgresServer.USER);
      assertThat(ended.status()).as("%s", ended.err()).isZero();
      assertThat(last(ended.out())).contains("\"already_loaded\":" + 24 * MANY);
      // Each prefix once, page by page, and nothing about single objects.
      assertThat(pages(s3))
          .hasSize(24)
          .allSatisfy((prefix, pages) -> assertThat(pages).isEqualTo(MANY / 1_000));
      assertThat(s3.requests()).doesNotContainKey("GET");
      // One for the folder of erasure requests, which is empty.
      assertThat(s3.requests().getOrDefault("HEAD", 0L)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aDayOfEmptyPrefixesIsDoneAtOnce() throws Exception {
    String warehouse = migrated();
    try (GeneratedS3 s3 = new GeneratedS3(new GeneratedObjects(MIDNIGHT, 24, 0, 1, 0), 0)) {
      connect(s3, "no-keys");
      LedgerRow row = EtlMain.run(arguments(warehouse, "no-keys"), Map.of(), line -> {}).total();
      assertThat(row.get(Count.RECORDS_LISTED)).isZero();
      assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isOne();
      assertThat(pages(s3))
          .hasSize(24)
          .allSatisfy((prefix, pages) -> assertThat(pages).isLessThan(3));
    }
  }

  private static String[] arguments(String warehouse, String bucket) {
    return new String[] {
      "--raw",
      "s3a://" + bucket + "/events",
      "--date",
      DATE,
      "--jdbc-url",
      warehouse,
      "--db-user",
      PostgresServer.USER
    };
  }

  private static void connect(GeneratedS3 s3, String bucket) {
    Configuration configuration = TestSpark.session().sparkContext().hadoopConfiguration();
    Map.of(
            "endpoint", s3.endpoint().toString(),
            "endpoint.region", "us-east-1",
            "path.style.access", "true",
            "connection.ssl.enabled", "false",
            "access.key", "any",
            "secret.key", "any")
        .forEach((name, value) -> configuration.set("fs.s3a.bucket." + bucket + "." + name, value));
  }

  @Test
  void everyGeneratedRecordIsAnEvent() throws Exception {
    String warehouse = migrated();
    GeneratedObjects events = new GeneratedObjects(MIDNIGHT, 2, 1_203, 1, 0);
    GeneratedObjects batches =
        new GeneratedObjects(MIDNIGHT.plus(Duration.ofHours(2)), 2, 7, 150, 0.5);
    for (GeneratedObjects objects : List.of(events, batches)) {
      try (GeneratedS3 s3 = new GeneratedS3(objects, 0)) {
        String bucket = objects == events ? "events" : "batches";
        connect(s3, bucket);
        LedgerRow row = EtlMain.run(arguments(warehouse, bucket), Map.of(), line -> {}).total();
        assertThat(row.get(Count.INSERTED))
            .isEqualTo((long) objects.hours() * objects.objects() * objects.records());
        assertThat(row.isBalanced()).isTrue();
        assertThat(s3.requests()).containsEntry("GET", 2L * objects.objects());
        // For a prefix without keys, S3A sends one HEAD of an object of that name: 22 hours, and
        // the
        // folder of erasure requests.
        assertThat(s3.requests().getOrDefault("HEAD", 0L)).isLessThanOrEqualTo(23);
      }
    }
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_sessions")).isGreaterThan(300);
    assertThat(number(warehouse, "SELECT max(event_count) FROM clickstream_sessions WHERE is_bot"))
        .isGreaterThan(900);
  }
}
