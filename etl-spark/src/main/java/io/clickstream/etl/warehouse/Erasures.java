package io.clickstream.etl.warehouse;

import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.event.RawKey;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The tables {@code etl_erasures} and {@code etl_erased_ids}: the applied erasure requests.
 *
 * <p>A request is applied once, under the warehouse lock. From then on, no stored record matches
 * it: a load leaves matching records out.
 */
public final class Erasures {

  /**
   * The certificate of an applied request.
   *
   * @param idCounts number of ids in the request, by kind
   * @param removed number of removed rows, by the name of the column in {@code etl_erasures}
   */
  public record Certificate(
      UUID requestId,
      Instant requestedAt,
      Instant receivedBefore,
      Instant appliedAt,
      String version,
      Map<String, Long> idCounts,
      Map<String, Long> removed) {}

  private static final Map<String, Kind> KINDS =
      Arrays.stream(Kind.values()).collect(Collectors.toMap(Kind::code, kind -> kind));

  private Erasures() {}

  /** Returns the applied requests. */
  public static Set<UUID> applied(SqlConnection connection) {
    return Set.copyOf(
        connection.rows(
            "SELECT request_id FROM etl_erasures", row -> row.getObject(1, UUID.class)));
  }

  /** Returns the keys of all erased records, ascending. */
  public static List<String> erasedKeys(SqlConnection connection) {
    return connection.rows(
        "SELECT object_key FROM erased_records ORDER BY object_key", row -> row.getString(1));
  }

  /**
   * Returns the loaded objects of an hour of which each record is erased. So a purge may have
   * deleted them from the raw root. Of a batch every line must be erased.
   */
  public static HourKeys erasedObjects(SqlConnection connection, Instant hour, HourKeys loaded) {
    Map<String, Long> records = new TreeMap<>();
    try (NamedStatement query = prepare(connection, "erased_objects")) {
      query
          .set("hour_prefix", RawKey.hourPrefix(hour))
          .rows(row -> records.put(row.getString(1), row.getLong(2)));
    }
    HourKeys.Builder erased = new HourKeys.Builder(records.size());
    records.forEach(
        (object, number) ->
            RawKey.parse(object)
                .filter(loaded::contains)
                .filter(key -> loaded.recordsOf(key) == number)
                .ifPresent(key -> erased.add(key, loaded.recordsOf(key))));
    return erased.build();
  }

  /** Returns the number of applied requests. */
  public static long count(SqlConnection connection) {
    return connection.number("SELECT count(*) FROM etl_erasures");
  }

  /** Returns the ids of all applied requests. */
  public static ErasedIds ids(SqlConnection connection) {
    // First the number: a request that another run applies in between is then in the ids too early.
    ErasedIds ids = new ErasedIds(count(connection));
    connection.rows(
        statement("erased_ids").text(),
        row -> {
          ids.add(KINDS.get(row.getString(1)), row.getString(2), row.getLong(3));
          return true;
        });
    return ids;
  }

  /** Returns the client ids that were seen with one of some users and with no other user. */
  public static List<String> linkedClients(SqlConnection connection, Collection<String> userIds) {
    try (NamedStatement query = prepare(connection, "linked_clients")) {
      return query.setArray("user_ids", "text", userIds.toArray()).rows(row -> row.getString(1));
    }
  }

  /** Stages the ids of new requests. */
  public static void stageIds(
      SqlConnection connection, StagingTables staging, List<ErasureRequest> requests) {
    List<Row> rows = new ArrayList<>();
    for (ErasureRequest request : requests) {
      long before = micros(request.receivedBefore());
      request
          .ids()
          .forEach(
              (kind, ids) ->
                  ids.forEach(
                      id ->
                          rows.add(
                              RowFactory.create(
                                  kind.code(), id, request.id().toString(), before))));
    }
    staging.createErasedIds(connection, rows);
  }

  /**
   * Finds the stored records that the staged ids match.
   *
   * @return the number of events among them
   */
  public static long findMatches(SqlConnection connection, StagingTables staging) {
    StagingTables.createAnalyzedAs(
        connection,
        staging.matchedEvents(),
        statement("matched_events").with("erased_ids", staging.erasedIds()));
    StagingTables.createAnalyzedAs(
        connection,
        staging.matchedDuplicates(),
        statement("matched_duplicates")
            .with(
                "matching",
                matching(
                    """
                    (SELECT ctid AS place, object_key, event_id, event_timestamp, client_id, user_id
                     FROM duplicate_records)""",
                    staging.erasedIds())));
    StagingTables.createAnalyzedAs(
        connection,
        staging.matchedRejected(),
        statement("matched_rejected").with("erased_ids", staging.erasedIds()));
    StagingTables.createAnalyzedAs(
        connection,
        staging.resolutions(),
        statement("erasure_resolutions").with("matched_events", staging.matchedEvents()));
    return connection.number("SELECT count(*) FROM " + staging.matchedEvents());
  }

  /** Moves the matched duplicates and rejected records, and lets other duplicates return. */
  public static void eraseStored(SqlConnection merge, StagingTables staging) {
    merge.update(
        statement("erase_stored")
            .with("table", "duplicate_records")
            .with("matched", staging.matchedDuplicates())
            .text());
    merge.update(
        statement("erase_stored")
            .with("table", "rejected_records")
            .with("matched", staging.matchedRejected())
            .text());
    merge.update(
        statement("return_duplicates").with("matched_events", staging.matchedEvents()).text());
  }

  /** Records that requests are applied, with the numbers of removed rows. */
  public static void record(
      SqlConnection merge,
      StagingTables staging,
      List<ErasureRequest> requests,
      UUID runId,
      String version) {
    try (NamedStatement insert = prepare(merge, "insert_erasure")) {
      for (ErasureRequest request : requests) {
        insert
            .set("request_id", request.id())
            .set("requested_at", request.requestedAt().atOffset(ZoneOffset.UTC))
            .set("received_before", request.receivedBefore().atOffset(ZoneOffset.UTC))
            .set("client_ids", request.ids(Kind.CLIENT).size())
            .set("user_ids", request.ids(Kind.USER).size())
            .set("event_ids", request.ids(Kind.EVENT).size())
            .set("object_keys", request.ids(Kind.OBJECT).size())
            .set("run_id", runId)
            .set("version", version)
            .addBatch();
      }
      insert.executeBatch();
    }
    merge.update(
        "INSERT INTO etl_erased_ids (kind, id, request_id, received_before)"
            + " SELECT kind, id, request_id, received_before FROM "
            + staging.erasedIds());
    SqlStatement count =
        statement("count_erasures")
            .with("matched_events", staging.matchedEvents())
            .with("matched_duplicates", staging.matchedDuplicates())
            .with("matched_rejected", staging.matchedRejected());
    try (NamedStatement update = merge.prepare(count)) {
      update.set("run_id", runId).update();
    }
  }

  /** Records that the raw root has no bytes of the records that some requests have erased. */
  public static void recordPurge(
      SqlConnection connection, Set<UUID> requests, long objects, long batches, long packs) {
    try (NamedStatement update = prepare(connection, "record_purge")) {
      update
          .setArray("request_ids", "uuid", requests.toArray())
          .set("objects", objects)
          .set("batches", batches)
          .set("packs", packs)
          .update();
    }
  }

  /**
   * Erases staged records that a request matches which another run has applied since this one read
   * the requests.
   */
  public static void eraseStaged(SqlConnection connection, StagingTables staging) {
    eraseStaged(
        connection,
        staging,
        staging.events(),
        "raw_object_key",
        "raw_object_key AS object_key, event_id, event_timestamp, client_id, user_id");
    eraseStaged(
        connection,
        staging,
        staging.rejected(),
        "object_key",
        "object_key, NULL::UUID AS event_id, NULL::TIMESTAMPTZ AS event_timestamp,"
            + " NULL::TEXT AS client_id, NULL::TEXT AS user_id");
  }

  private static void eraseStaged(
      SqlConnection connection, StagingTables staging, String table, String key, String columns) {
    connection.update(
        statement("erase_staged")
            .with("staged", table)
            .with("key", key)
            .with("erased", staging.erased())
            .with(
                "matching",
                matching(
                    "(SELECT ctid AS place, " + columns + " FROM " + table + ")", "etl_erased_ids"))
            .text());
  }

  private static String matching(String records, String erasedIds) {
    return "("
        + statement("matching_records").with("records", records).with("erased_ids", erasedIds)
        + ")";
  }

  /** Returns the certificate of a request, or nothing if it is not applied. */
  public static Optional<Certificate> certificate(SqlConnection connection, UUID requestId) {
    try (NamedStatement query = prepare(connection, "erasure_certificate")) {
      return query
          .set("request_id", requestId)
          .rows(
              row ->
                  new Certificate(
                      requestId,
                      row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                      row.getObject("received_before", OffsetDateTime.class).toInstant(),
                      row.getObject("applied_at", OffsetDateTime.class).toInstant(),
                      row.getString("version"),
                      Map.of(
                          "client_ids", row.getLong("client_ids"),
                          "user_ids", row.getLong("user_ids"),
                          "event_ids", row.getLong("event_ids"),
                          "object_keys", row.getLong("object_keys")),
                      Map.of(
                          "events", row.getLong("events"),
                          "sessions", row.getLong("sessions"),
                          "duplicates", row.getLong("duplicates"),
                          "rejected", row.getLong("rejected"),
                          "returned", row.getLong("returned"))))
          .stream()
          .findFirst();
    }
  }

  private static long micros(Instant at) {
    return TimeUnit.SECONDS.toMicros(at.getEpochSecond())
        + at.truncatedTo(ChronoUnit.MICROS).getNano() / 1_000;
  }

  private static NamedStatement prepare(SqlConnection connection, String name) {
    return connection.prepare(statement(name));
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(Erasures.class, name);
  }
}
