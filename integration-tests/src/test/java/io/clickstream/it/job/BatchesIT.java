package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.it.TestJob;
import io.clickstream.it.gateway.PostedObjects;
import io.clickstream.testing.TestSpark;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests batches from HTTP to the warehouse, in both forms of raw objects. */
class BatchesIT {

  private static final int EVENTS = 100;

  @TempDir private Path folder;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  @ParameterizedTest
  @CsvSource({"false,100", "true,1"})
  void aBatchIsLoadedInItsOrderWhicheverItsForm(String batchObjects, int objects) throws Exception {
    String array =
        IntStream.range(0, EVENTS)
            .mapToObj(
                n ->
                    "{\"eventId\":\"n-%d\",\"eventName\":\"e%02d\",\n\"clientId\":\"c\",\"price\":1.50}"
                        .formatted(n, n))
            .collect(Collectors.joining(",\r\n", "[", "]"));

    PostedObjects posted =
        PostedObjects.of(folder, Map.of("BATCH_OBJECTS", batchObjects), array, array);
    assertThat(posted.answers()).containsOnly("200 {\"success\":true,\"accepted\":" + EVENTS + "}");
    assertThat(posted.objects()).isEqualTo(2 * objects);

    String warehouse = migrated();
    LedgerRow loaded = TestJob.loadNew(warehouse, posted.root()).total();

    assertThat(loaded.get(Count.INSERTED)).isEqualTo(EVENTS);
    assertThat(loaded.get(Count.DUPLICATES)).isEqualTo(EVENTS);
    assertThat(loaded.get(Count.REJECTED)).isZero();
    assertThat(loaded.isBalanced()).isTrue();
    assertThat(
            text(
                warehouse,
                "SELECT string_agg(event_name, ',' ORDER BY event_timestamp) FROM clickstream_events"))
        .isEqualTo(
            IntStream.range(0, EVENTS)
                .mapToObj("e%02d"::formatted)
                .collect(Collectors.joining(",")));
    assertThat(
            number(
                warehouse,
                "SELECT extract(microseconds FROM max(event_timestamp) - min(event_timestamp))"
                    + " FROM clickstream_events"))
        .isEqualTo(EVENTS - 1);
  }
}
