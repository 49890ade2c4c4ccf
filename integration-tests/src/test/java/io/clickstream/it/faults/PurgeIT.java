package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.FaultProxy;
import io.clickstream.testing.FaultProxy.Fault;
import io.clickstream.testing.FaultProxy.Kind;
import io.clickstream.testing.FaultProxy.Request;
import io.clickstream.testing.TestBucket;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erases and purges on an S3 server. A purge that is stopped loses no other record. */
class PurgeIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final List<String> WINDOW =
      List.of("--from", "2026-11-21T12", "--to", "2026-11-21T18");
  private static final TestBucket BUCKET = TestBucket.create();

  private static FaultProxy proxy;

  @TempDir Path folder;

  private String root;
  private String warehouse;

  /** The rows without the erased records, except for their keys. */
  private Map<String, String> erased;

  @BeforeAll
  static void connect() {
    proxy = new FaultProxy(BUCKET.endpoint());
    BUCKET.connectSpark(Map.of("fs.s3a.endpoint", proxy.endpoint().toString()));
  }

  @AfterAll
  static void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
  }

  /**
   * Three hours with objects of one event, of which two are packed, then three with batches. The
   * visitors are erased in the warehouse.
   */
  @BeforeEach
  void eraseVisitors() throws Exception {
    Path raw = folder.resolve("raw");
    write(raw, START, 150, 1);
    write(raw, START.plus(Duration.ofHours(3)), 300, 3);
    BUCKET.upload(raw, "shop/events");
    root = BUCKET.uri("shop/events").toString();
    etl("--pack", "--from", "2026-11-21T12", "--to", "2026-11-21T14", "--delete-packed");
    warehouse = migrated();
    load(warehouse);
    List<String> erase = new ArrayList<>(List.of("--erase"));
    tenVisitors().forEach(id -> erase.add("--client-id=" + id));
    JsonNode certificate = inWarehouse(warehouse, erase);
    assertThat(certificate.at("/removed/events").asLong()).isPositive();
    erased = rows(warehouse);
  }

  private static void write(Path into, Instant start, int events, int batchSize)
      throws IOException {
    new RawObjectWriter(into, RawObjectWriter.Settings.standard().withBatchSize(batchSize))
        .write(new Traffic(new TrafficOptions(events, 7, start, Duration.ofHours(3))), done -> {});
  }

  private List<String> tenVisitors() throws Exception {
    List<String> ids = new ArrayList<>();
    try (Connection connection = TestWarehouses.connect(warehouse);
        Statement statement = connection.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              "SELECT client_id FROM clickstream_events WHERE client_id IS NOT NULL"
                  + " GROUP BY 1 ORDER BY md5(client_id) LIMIT 10");
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    assertThat(ids).hasSize(10);
    return ids;
  }

  private EtlResult etl(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--raw", root));
    all.addAll(List.of(arguments));
    return EtlMain.run(all.toArray(String[]::new), Map.of(), line -> {});
  }

  private JsonNode inWarehouse(String jdbcUrl, List<String> more) throws IOException {
    EtlResult result = etl(arguments(jdbcUrl, more));
    assertThat(result.failures()).isEmpty();
    return JSON.readTree(result.toJson());
  }

  private static String[] arguments(String jdbcUrl, List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(List.of("--jdbc-url", jdbcUrl, "--db-user", PostgresServer.USER));
    return all.toArray(String[]::new);
  }

  private void load(String jdbcUrl) throws IOException {
    inWarehouse(jdbcUrl, WINDOW);
  }

  private JsonNode purge() throws IOException {
    return inWarehouse(warehouse, List.of("--erase", "--purge")).required("purged");
  }

  /** Returns all rows but the keys of erased records: of them, raw has those that are left. */
  private static Map<String, String> rows(String jdbcUrl) throws Exception {
    Map<String, String> rows = dump(jdbcUrl);
    rows.remove("erased_records");
    return rows;
  }

  /**
   * Loads what is left in the bucket into a new warehouse; returns the number of erased records.
   */
  private long erasedRecordsThatAreLeft() throws Exception {
    String fresh = migrated();
    load(fresh);
    assertThat(rows(fresh)).isEqualTo(erased);
    return number(fresh, "SELECT count(*) FROM erased_records");
  }

  /** Deletions are POSTs to the bucket; other writes are PUTs of packs. */
  private static boolean isDeletion(Request request) {
    return request.kind() == Kind.WRITE && !request.target().contains("/pack-");
  }

  /** Tells how many requests have erased records whose bytes may be in the raw root. */
  private long notPurged() throws Exception {
    return number(warehouse, "SELECT count(*) FROM etl_erasures WHERE purged_at IS NULL");
  }

  @Test
  void aPurgeThatFailsOrIsKilledLosesNothingAndTheNextGoesOn() throws Exception {
    proxy.follow(request -> isDeletion(request) ? Optional.of(Fault.FORBIDDEN) : Optional.empty());
    EtlResult forbidden = etl(arguments(warehouse, List.of("--erase", "--purge")));
    assertThat(forbidden.failures())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("Cannot purge "));
    proxy.follow(request -> Optional.empty());
    assertThat(erasedRecordsThatAreLeft()).isPositive();

    killAtTheSecondDeletion();
    proxy.follow(request -> Optional.empty());
    assertThat(erasedRecordsThatAreLeft()).isPositive();
    assertThat(notPurged()).isOne();

    JsonNode purged = purge();
    assertThat(purged.at("/batches").asLong()).isPositive();
    assertThat(erasedRecordsThatAreLeft()).isZero();
    assertThat(notPurged()).isZero();
    assertThat(purge().toString()).isEqualTo("{\"batches\":0,\"objects\":0,\"packs\":0}");
    assertThat(rows(warehouse)).isEqualTo(erased);
  }

  /** Kills a purge when a second copy without the records is stored, and its original is there. */
  private void killAtTheSecondDeletion() throws Exception {
    AtomicInteger deletions = new AtomicInteger();
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    proxy.follow(
        request -> {
          if (isDeletion(request) && deletions.incrementAndGet() > 1) {
            deleting.countDown();
            await(killed);
            return Optional.of(Fault.RESET);
          }
          return Optional.empty();
        });
    Map<String, String> environment =
        Map.of(
            "AWS_ENDPOINT_URL_S3", proxy.endpoint().toString(),
            "AWS_REGION", "us-east-1",
            "AWS_ACCESS_KEY_ID", BUCKET.accessKey(),
            "AWS_SECRET_ACCESS_KEY", BUCKET.secretKey());
    try (JobProcess job = new JobProcess(folder, "purge", environment)) {
      job.load(List.of(arguments(warehouse, List.of("--raw", root, "--erase", "--purge"))));
      await(deleting);
      job.kill();
    } finally {
      killed.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the purge did not come to its second deletion");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
