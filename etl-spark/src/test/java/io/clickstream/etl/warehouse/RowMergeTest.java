package io.clickstream.etl.warehouse;

import static io.clickstream.etl.warehouse.StagedRows.id;
import static io.clickstream.etl.warehouse.StagedRows.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.dedupe.DuplicateResolution;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moving staged rows into the warehouse, counting them, and refreshing the marts. */
class RowMergeTest {

  private static final WarehouseSettings SETTINGS =
      WarehouseSettings.of(
          new ParseRules(0),
          new SessionRules(Duration.ofMinutes(30), "Asia/Ho_Chi_Minh", List.of()));

  private Warehouse warehouse;
  private SqlConnection connection;
  private StagingTables staging;
  private StagedRows staged;

  @BeforeEach
  void createWarehouse() throws SQLException {
    warehouse = new Warehouse(TestWarehouses.migrated(), PostgresServer.USER, null, null);
    connection = SqlConnection.open(warehouse);
    SETTINGS.writeOrRequire(connection);
    nextSlice();
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private void nextSlice() {
    staging = new StagingTables(UUID.randomUUID(), 1);
    staged = new StagedRows(connection, staging);
  }

  private Map<Count, Long> merge(long sessionizedEvents) {
    StagingTables.createAnalyzedAs(
        connection,
        staging.resolutions(),
        DuplicateResolution.query(staging.events(), staging.superseded()));
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    RowMerge.stageValues(connection, staging);
    RowMerge.stageEvents(connection, staging, sessionizedEvents);
    RowMerge.stageSessions(connection, staging, SETTINGS.reportingZone());
    RowMerge rows = new RowMerge(connection, staging);
    Marts.noteTouched(connection, staging, SETTINGS.reportingZone());
    counts.put(Count.REPLACED, rows.replaceStoredLosers());
    rows.insertEvents();
    if (counts.get(Count.REPLACED) > 0) {
      rows.deleteUnusedValues();
    }
    rows.assignStoredEvents();
    rows.deleteAffectedSessions();
    counts.put(Count.SESSIONS_WRITTEN, rows.insertSessions());
    rows.insertDuplicates();
    rows.insertRejected();
    rows.insertErased();
    Marts.refresh(connection, staging);
    new MergeCounts(connection, staging).addTo(counts);
    return counts;
  }

  private long number(String query) {
    return connection.number(query);
  }

  private void object(String key, String outcome, int records) {
    connection.update(
        "INSERT INTO %s VALUES ('%s', '%s', %d, NULL)"
            .formatted(staging.objects(), key, outcome, records));
  }

  private void requireOneEventOf(String object) {
    assertThat(
            number(
                "SELECT count(*) FROM event_details WHERE raw_object_key = '" + key(object) + "'"))
        .isOne();
  }

  private void requireOneDuplicate(String object) {
    assertThat(
            number(
                "SELECT count(*) FROM duplicate_records WHERE object_key = '" + key(object) + "'"))
        .isOne();
  }

  @Test
  void rowsThatATaskStagedTwiceMoveOnce() {
    for (int attempt = 0; attempt < 2; attempt++) {
      staged.event(1, "a", 0);
      staged.session(1);
      object(key("a"), "read", 1);
      connection.update(
          "INSERT INTO %s VALUES ('b', 'not_json', 'x', '')".formatted(staging.rejected()));
      object("b", "read", 1);
    }
    staged.affectedRange();

    Map<Count, Long> counts = merge(1);

    assertThat(counts)
        .containsEntry(Count.INSERTED, 1L)
        .containsEntry(Count.REJECTED, 1L)
        .containsEntry(Count.DUPLICATES, 0L)
        .containsEntry(Count.SESSIONS_WRITTEN, 1L)
        .containsEntry(Count.RECORDS_LISTED, 2L);
    assertThat(number("SELECT count(*) FROM clickstream_events")).isOne();
  }

  @Test
  void theLaterRecordOfAnEventIsADuplicate() {
    staged.event(1, "late", 5);
    staged.event(1, "early", 1);
    connection.update("DELETE FROM %s WHERE ctid = '(0,2)'".formatted(staging.eventSessions()));
    staged.session(1);
    staged.affectedRange();

    assertThat(merge(1))
        .containsEntry(Count.INSERTED, 1L)
        .containsEntry(Count.DUPLICATES, 1L)
        .containsEntry(Count.REPLACED, 0L);
    requireOneEventOf("early");
    requireOneDuplicate("late");
  }

  @Test
  void anEarlierRecordReplacesTheStoredOne() {
    staged.event(1, "late", 5);
    staged.session(1);
    staged.affectedRange();
    merge(1);

    nextSlice();
    staged.event(1, "early", 1, "search");
    staged.session(1);
    staged.affectedRange();

    assertThat(merge(1))
        .containsEntry(Count.INSERTED, 1L)
        .containsEntry(Count.REPLACED, 1L)
        .containsEntry(Count.CONFLICTING_DUPLICATES, 1L);
    requireOneEventOf("early");
    requireOneDuplicate("late");
  }

  @Test
  void aValueStandsOnceWithTheNumberOfItsEvents() {
    staged.event(1, "a", 0);
    staged.event(2, "b", 7);
    staged.event(3, "c", 8, "search");
    staged.session(3);
    staged.affectedRange();
    merge(3);
    assertThat(pages()).isEqualTo("/page_view 2, /search 1");

    nextSlice();
    staged.event(4, "d", 9);
    staged.session(4);
    staged.affectedRange();
    merge(1);

    assertThat(pages()).isEqualTo("/page_view 3, /search 1");
  }

  @Test
  void aValueGoesWithItsLastEvent() {
    staged.event(1, "late", 5, "search");
    staged.event(2, "a", 6);
    staged.session(2);
    staged.affectedRange();
    merge(2);

    nextSlice();
    staged.event(1, "early", 1);
    staged.session(2);
    staged.affectedRange();
    merge(1);

    assertThat(pages()).isEqualTo("/page_view 2");
  }

  /** Returns the address and the number of events of each page. */
  private String pages() {
    return connection
        .firstRow(
            "SELECT string_agg(page_address || ' ' || events, ', ' ORDER BY page_address)"
                + " FROM clickstream_pages",
            row -> row.getString(1))
        .orElseThrow();
  }

  @Test
  void anErasedEventGoesWithItsValuesAndItsKeyIsKept() {
    staged.event(1, "a", 5, "search");
    staged.event(2, "b", 6);
    staged.session(2);
    staged.affectedRange();
    merge(2);

    nextSlice();
    Erasures.stageIds(connection, staging, List.of(request(Kind.EVENT, id(1).toString())));
    assertThat(Erasures.findMatches(connection, staging)).isOne();
    RowMerge rows = new RowMerge(connection, staging);
    rows.eraseStoredEvents();
    rows.deleteUnusedValues();

    assertThat(pages()).isEqualTo("/page_view 1");
    requireOneEventOf("b");
    assertThat(number("SELECT count(*) FROM clickstream_events")).isOne();
    assertThat(number("SELECT count(*) FROM erased_records WHERE object_key = '" + key("a") + "'"))
        .isOne();
  }

  @Test
  void anIdMatchesOnlyRecordsThatWereReceivedBefore() {
    staged.event(1, "a", 5);
    staged.event(2, "b", 6);
    staged.session(2);
    staged.affectedRange();
    merge(2);
    connection.update("UPDATE clickstream_events SET user_id = 'u'");

    nextSlice();
    Erasures.stageIds(connection, staging, List.of(request(Kind.USER, ErasureRequest.sha256("u"))));

    assertThat(Erasures.findMatches(connection, staging)).isOne();
    assertThat(
            number(
                "SELECT count(*) FROM "
                    + staging.matchedEvents()
                    + " WHERE event_id = '"
                    + id(1)
                    + "'"))
        .isOne();
  }

  @Test
  void aDuplicateIsErasedByItsOwnIdsAlone() {
    for (String user : List.of("u", "other")) {
      connection.update(
          "INSERT INTO duplicate_records VALUES ('%s', '%s', %s, NULL, '%s')"
              .formatted(user, id(1), StagedRows.at(5), user));
    }
    Erasures.stageIds(connection, staging, List.of(request(Kind.USER, ErasureRequest.sha256("u"))));

    assertThat(Erasures.findMatches(connection, staging)).isZero();
    Erasures.eraseStored(connection, staging);

    assertThat(number("SELECT count(*) FROM duplicate_records WHERE object_key = 'other'")).isOne();
    assertThat(number("SELECT count(*) FROM erased_records WHERE object_key = 'u'")).isOne();
    assertThat(number("SELECT count(*) FROM etl_returning_records")).isZero();
  }

  @Test
  void anotherDuplicateOfAnErasedEventReturns() {
    staged.event(1, "early", 5);
    staged.event(1, "late", 6);
    connection.update("DELETE FROM %s WHERE ctid = '(0,2)'".formatted(staging.eventSessions()));
    staged.session(1);
    staged.affectedRange();
    merge(1);

    nextSlice();
    Erasures.stageIds(connection, staging, List.of(request(Kind.OBJECT, key("early"))));
    Erasures.findMatches(connection, staging);
    Erasures.eraseStored(connection, staging);

    assertThat(returning(false, "", 9)).containsExactly(key("late"));
    ReturningRecords.markTried(connection, List.of(key("late")));
    assertThat(returning(false, "", 9)).isEmpty();
    assertThat(returning(true, "", 9)).containsExactly(key("late"));
    assertThat(returning(true, key("late"), 9)).isEmpty();
    assertThat(returning(true, "", 0)).isEmpty();
  }

  private List<String> returning(boolean all, String after, long most) {
    return ReturningRecords.keys(connection, all, after, most);
  }

  /** Returns a request that matches records which were received before minute 6. */
  private static ErasureRequest request(Kind kind, String id) {
    Instant before = Instant.parse("2026-11-22T13:06:00Z");
    return new ErasureRequest(UUID.randomUUID(), before, before, Map.of(kind, Set.of(id)));
  }

  @Test
  void recordsOfSupersededObjectsAreNotMoved() {
    connection.update(
        "INSERT INTO %s VALUES ('batch#1', 'not_json', 'x', '')".formatted(staging.rejected()));
    object("batch", "read", 1);
    connection.update("INSERT INTO %s VALUES ('batch')".formatted(staging.superseded()));

    assertThat(merge(0)).containsEntry(Count.REJECTED, 0L).containsEntry(Count.RECORDS_READ, 0L);
    assertThat(number("SELECT count(*) FROM rejected_records")).isZero();
  }

  @Test
  void aSessionGetsTheChannelOfItsOrigin() {
    staged.event(1, "a", 0);
    staged.session(1);
    staged.affectedRange();
    merge(1);
    assertThat(
            number(
                "SELECT count(*) FROM clickstream_sessions, origin_of(utm_source, utm_medium,"
                    + " utm_campaign, click_id_type, referrer_host) origin"
                    + " WHERE clickstream_sessions.source = origin.source"
                    + " AND default_channel_group = origin.channel"))
        .isOne();
  }

  @Test
  void theMartsEqualTheirRecomputationAfterAMerge() {
    staged.event(1, "a", 0);
    staged.event(2, "b", 7);
    staged.session(2);
    staged.affectedRange();
    merge(2);
    assertThat(number("SELECT sum(events) FROM traffic_hourly")).isEqualTo(2);

    nextSlice();
    staged.event(3, "c", 9, "checkout_complete");
    staged.session(3);
    staged.affectedRange();
    merge(1);

    assertThat(number("SELECT sum(events) FROM traffic_hourly")).isEqualTo(3);
    assertThat(Checks.run(warehouse, finding -> {}))
        .filteredOn(finding -> finding.name().equals("marts_match_their_definitions"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.holds()).as(finding.toString()).isTrue());
  }

  @Test
  void aWinnerWithoutASessionIsNotInserted() {
    staged.event(1, "a", 0);
    connection.update("DELETE FROM " + staging.eventSessions());
    assertThat(merge(0)).containsEntry(Count.INSERTED, 0L);
  }

  @Test
  void aMergeThatIsNotBalancedIsNotCommitted() {
    try (MergeTransaction transaction = new MergeTransaction(warehouse, line -> {})) {
      transaction
          .connection()
          .update("INSERT INTO duplicate_records VALUES ('a', '" + id(1) + "', now())");
      LedgerRow row = LedgerRowTest.slice(1, 0, Map.of(Count.RECORDS_LISTED, 1L));
      assertThatThrownBy(() -> transaction.commit(row))
          .isInstanceOf(LoadException.class)
          .hasMessageStartingWith("Cannot commit: the balance does not hold");
    }
    assertThat(number("SELECT count(*) FROM duplicate_records")).isZero();
  }

  @Test
  void aBalancedMergeIsCommittedWithItsLedgerRow() {
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    long value = 1;
    for (Count count : Count.values()) {
      counts.put(count, value++);
    }
    counts.put(
        Count.RECORDS_LISTED,
        counts.get(Count.ALREADY_LOADED)
            + counts.get(Count.INSERTED)
            + counts.get(Count.DUPLICATES)
            + counts.get(Count.REJECTED)
            + counts.get(Count.ERASED)
            + counts.get(Count.CLOSED)
            + counts.get(Count.VANISHED)
            + counts.get(Count.UNREADABLE)
            + counts.get(Count.QUARANTINED));
    LedgerRow row = LedgerRowTest.slice(1, 0, counts);
    try (MergeTransaction transaction = new MergeTransaction(warehouse, line -> {})) {
      transaction.commit(row);
    }
    assertThat(Ledger.contains(connection, row)).isTrue();
    for (Count count : Count.values()) {
      assertThat(number("SELECT " + count.column() + " FROM etl_runs"))
          .as(count.column())
          .isEqualTo(counts.get(count));
    }
  }
}
