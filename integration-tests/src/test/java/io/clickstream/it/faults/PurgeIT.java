package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.FaultProxy;
import io.clickstream.testing.FaultProxy.Fault;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestBucket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erases and purges on an S3 server. A purge that is stopped loses no other record. */
class PurgeIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final String[] WINDOW = {"--from", "2026-11-21T12", "--to", "2026-11-21T18"};
  private static final TestBucket BUCKET = TestBucket.create();

  private static FaultProxy proxy;

  @TempDir Path folder;

  private URI root;
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
    Duration half = Duration.ofHours(3);
    SimulatedObjects.write(raw, new TrafficOptions(150, 7, START, half));
    SimulatedObjects.write(raw, new TrafficOptions(300, 7, START.plus(half), half), 3);
    BUCKET.upload(raw, "shop/events");
    root = BUCKET.uri("shop/events");
    TestJob.pack(root, "--from", "2026-11-21T12", "--to", "2026-11-21T14", "--delete-packed");
    warehouse = migrated();
    load(warehouse);
    List<String> erase = new ArrayList<>(List.of("--erase"));
    tenVisitors().forEach(id -> erase.add("--client-id=" + id));
    JsonNode certificate = inWarehouse(warehouse, erase.toArray(String[]::new));
    assertThat(certificate.at("/removed/events").asLong()).isPositive();
    erased = rows(warehouse);
  }

  private List<String> tenVisitors() throws Exception {
    List<String> ids =
        texts(
            warehouse,
            "SELECT client_id FROM clickstream_events WHERE client_id IS NOT NULL"
                + " GROUP BY 1 ORDER BY md5(client_id) LIMIT 10");
    assertThat(ids).hasSize(10);
    return ids;
  }

  private JsonNode inWarehouse(String jdbcUrl, String... more) throws IOException {
    EtlResult result = TestJob.run(jdbcUrl, root, more);
    assertThat(result.failures()).isEmpty();
    return JSON.readTree(result.toJson());
  }

  private void load(String jdbcUrl) throws IOException {
    inWarehouse(jdbcUrl, WINDOW);
  }

  private JsonNode purge() throws IOException {
    return inWarehouse(warehouse, "--erase", "--purge").required("purged");
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

  /** Tells how many requests have erased records whose bytes may be in the raw root. */
  private long notPurged() throws Exception {
    return number(warehouse, "SELECT count(*) FROM etl_erasures WHERE purged_at IS NULL");
  }

  @Test
  void aPurgeThatFailsOrIsKilledLosesNothingAndTheNextGoesOn() throws Exception {
    proxy.follow(
        request ->
            KilledDeletion.isDeletion(request) ? Optional.of(Fault.FORBIDDEN) : Optional.empty());
    EtlResult forbidden = TestJob.run(warehouse, root, "--erase", "--purge");
    assertThat(forbidden.failures())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("Cannot purge "));
    proxy.follow(request -> Optional.empty());
    assertThat(erasedRecordsThatAreLeft()).isPositive();

    // A second copy without the records is stored, and its original is there.
    KilledDeletion.run(
        proxy, BUCKET, folder, TestJob.arguments(warehouse, root, "--erase", "--purge"));
    assertThat(erasedRecordsThatAreLeft()).isPositive();
    assertThat(notPurged()).isOne();

    JsonNode purged = purge();
    assertThat(purged.at("/batches").asLong()).isPositive();
    assertThat(erasedRecordsThatAreLeft()).isZero();
    assertThat(notPurged()).isZero();
    assertThat(purge().toString()).isEqualTo("{\"batches\":0,\"objects\":0,\"packs\":0}");
    assertThat(rows(warehouse)).isEqualTo(erased);
  }
}
