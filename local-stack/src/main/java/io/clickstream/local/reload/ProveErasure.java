package io.clickstream.local.reload;

import io.clickstream.etl.job.ErasureCertificate;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.Closings;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.Erasures.Certificate;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.local.diff.DiffText;
import io.clickstream.local.diff.DumpDigest;
import io.clickstream.local.diff.Snapshot;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Erases, and proves that the warehouse is what it would be without the erased records.
 *
 * <ol>
 *   <li><b>Digest</b> of all rows before.
 *   <li><b>Erase</b> by the job.
 *   <li><b>Reload</b> a scratch warehouse {@code NAME_proof} from the raw root. There the requests
 *       apply in the parser, not by removal.
 *   <li><b>Compare</b> all rows of both, under the warehouse lock only for the last objects, and
 *       drop the scratch warehouse.
 *   <li><b>Record</b> the digests and the time of the proof in {@code etl_erasures}.
 * </ol>
 */
public final class ProveErasure {

  /** The job that erases, in this process. */
  @FunctionalInterface
  public interface EraseJob {

    /** Erases; returns the certificate. */
    ErasureCertificate erase() throws IOException;
  }

  /**
   * The result.
   *
   * @param digestBefore digest of all rows before the erasure
   * @param digestAfter digest of all rows when they were compared, with what was loaded meanwhile
   * @param digestOfReload digest of all rows of the scratch warehouse
   * @param differences text that tells what differs
   */
  public record Result(
      ErasureCertificate certificate,
      boolean holds,
      String digestBefore,
      String digestAfter,
      String digestOfReload,
      String differences) {

    /** Returns one line of JSON: the certificate with the proof. */
    public String toJson() {
      String text = certificate.toJson();
      return "%s,\"proof\":{\"holds\":%s,\"digest_before\":\"%s\",\"digest_after\":\"%s\",\"digest_of_reload\":\"%s\"}}"
          .formatted(
              text.substring(0, text.length() - 1),
              holds,
              digestBefore,
              digestAfter,
              digestOfReload);
    }
  }

  private final ReloadRequest request;
  private final EraseJob erasing;
  private final Job loading;
  private final Consumer<String> messages;

  /**
   * Creates the proof.
   *
   * @param request the warehouse and its raw root; the user makes and drops databases
   * @param erasing erases in the warehouse
   * @param loading loads the scratch warehouse
   */
  public ProveErasure(
      ReloadRequest request, EraseJob erasing, Job loading, Consumer<String> messages) {
    this.request = request;
    this.erasing = erasing;
    this.loading = loading;
    this.messages = messages;
  }

  /**
   * Erases and proves.
   *
   * @throws LoadException if something could not be erased or loaded. A request that is written
   *     stays, and the next run of any kind applies it
   */
  public Result prove() throws IOException {
    Warehouse warehouse = request.warehouse();
    requireNothingClosed(warehouse);
    String before;
    try (Snapshot snapshot = Snapshot.open(warehouse)) {
      before = DumpDigest.of(snapshot);
    }
    ErasureCertificate certificate = erasing.erase();
    Set<UUID> applied = applied(warehouse);
    try (Reload reload = Reload.forProof(request, loading, messages)) {
      Proof proof = reload.prove();
      Optional<UUID> written = certificate.certificate().map(Certificate::requestId);
      if (proof.holds()) {
        record(warehouse, applied, written, before, proof);
      }
      return new Result(
          certificate,
          proof.holds(),
          before,
          proof.digest(),
          proof.digestOfReload(),
          DiffText.of(proof.diff()));
    }
  }

  private static void requireNothingClosed(Warehouse warehouse) {
    try (SqlConnection connection = SqlConnection.open(warehouse)) {
      Closings.closedBefore(connection)
          .ifPresent(
              end -> {
                throw new LoadException(
                    "Cannot prove: the period before %s is closed, so the raw root gives more rows than the warehouse has. Erase without --prove."
                        .formatted(end));
              });
    }
  }

  private static Set<UUID> applied(Warehouse warehouse) {
    try (SqlConnection connection = SqlConnection.open(warehouse)) {
      return Erasures.applied(connection);
    }
  }

  private static void record(
      Warehouse warehouse,
      Set<UUID> applied,
      Optional<UUID> written,
      String digestBefore,
      Proof proof) {
    try (SqlConnection connection = SqlConnection.open(warehouse);
        NamedStatement update =
            connection.prepare(SqlStatement.of(ProveErasure.class, "record_proof"))) {
      update
          .setArray("request_ids", "uuid", applied.toArray())
          .set("request_id", written.orElse(null))
          .set("digest_before", digestBefore)
          .set("digest_after", proof.digest())
          .update();
    }
  }
}
