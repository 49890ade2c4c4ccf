package io.clickstream.etl.job;

import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.etl.source.ErasureRequests;
import io.clickstream.etl.source.PurgeRecords;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.LoadException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes an erasure request, and returns its certificate once it is applied.
 *
 * <p>The request is stored before anything is erased. If the run dies after that, the next run of
 * any kind applies it.
 */
final class Erase {

  private final RunSession session;
  private final ErasureRequests requests;
  private final JobRequest.Erasing erasing;
  private final Clock clock;

  /** End of the closed period, in which {@code --linked} finds nothing. */
  private Optional<Instant> linkedFrom = Optional.empty();

  /**
   * Creates the request.
   *
   * @param clock gives the time of the request
   */
  Erase(RunSession session, ErasureRequests requests, JobRequest.Erasing erasing, Clock clock) {
    this.session = session;
    this.requests = requests;
    this.erasing = erasing;
    this.clock = clock;
  }

  /** Writes the request and returns its id. Without ids to erase, it writes and returns nothing. */
  Optional<UUID> writeRequest() throws IOException {
    if (erasing.isEmpty()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    ErasureRequest request;
    try {
      request =
          new ErasureRequest(
              UUID.randomUUID(), now, erasing.receivedBefore().orElse(now), idsByKind());
    } catch (IllegalArgumentException e) {
      throw new LoadException("Cannot erase: " + e.getMessage() + ". Give fewer ids.", e);
    }
    requests.write(request);
    session
        .run()
        .listener()
        .message("wrote the request %s/%s.json".formatted(ErasureRequests.FOLDER, request.id()));
    return Optional.of(request.id());
  }

  private Map<Kind, Set<String>> idsByKind() {
    Map<Kind, Set<String>> ids = new EnumMap<>(Kind.class);
    ids.put(Kind.CLIENT, hashes(clientIds()));
    ids.put(Kind.USER, hashes(Set.copyOf(erasing.userIds())));
    ids.put(Kind.EVENT, Set.copyOf(erasing.eventIds()));
    ids.put(Kind.OBJECT, Set.copyOf(erasing.objectKeys()));
    return ids;
  }

  private Set<String> clientIds() {
    Set<String> clientIds = new HashSet<>(erasing.clientIds());
    if (erasing.linked()) {
      try {
        SqlConnection connection = session.stagingConnection();
        clientIds.addAll(Erasures.linkedClients(connection, erasing.userIds()));
        Closings.closedBefore(connection).ifPresent(this::tellLinkedFrom);
      } catch (DatabaseException e) {
        throw RunSession.failed("find linked client ids", e);
      }
    }
    return clientIds;
  }

  private void tellLinkedFrom(Instant end) {
    linkedFrom = Optional.of(end);
    session
        .run()
        .listener()
        .message(
            "--linked finds client ids by events, and the events before %s are closed. Give older ones by --client-id."
                .formatted(end));
  }

  private static Set<String> hashes(Set<String> ids) {
    return ids.stream().map(ErasureRequest::sha256).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Deletes the bytes of all erased records, if that is wanted. */
  Optional<PurgeRecords.Outcome> purge(RawStore store) {
    if (!erasing.purge()) {
      return Optional.empty();
    }
    SqlConnection connection = session.stagingConnection();
    try {
      // First the requests: all keys that they have erased are then in the list.
      Set<UUID> applied = Erasures.applied(connection);
      PurgeRecords.Outcome outcome = new PurgeRecords(store).purge(Erasures.erasedKeys(connection));
      if (outcome.failures().isEmpty()) {
        Erasures.recordPurge(
            connection, applied, outcome.objects(), outcome.batches(), outcome.packs());
      }
      return Optional.of(outcome);
    } catch (DatabaseException e) {
      throw RunSession.failed("read the keys of erased records", e);
    }
  }

  /** Returns the certificate of the request. */
  ErasureCertificate certificate(Optional<UUID> requestId, Optional<PurgeRecords.Outcome> purged) {
    try {
      return new ErasureCertificate(
          requestId.flatMap(id -> Erasures.certificate(session.stagingConnection(), id)),
          Erasures.count(session.stagingConnection()),
          linkedFrom,
          purged);
    } catch (DatabaseException e) {
      throw RunSession.failed("read the certificate", e);
    }
  }
}
