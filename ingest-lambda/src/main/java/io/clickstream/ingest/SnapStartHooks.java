package io.clickstream.ingest;

import io.clickstream.ingest.http.Invocation;
import io.clickstream.ingest.store.KinesisEventStream;
import io.clickstream.ingest.store.ObjectIds;
import io.clickstream.ingest.store.S3ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * The hooks around the snapshot of Lambda's SnapStart (CRaC).
 *
 * <ol>
 *   <li>Before the snapshot, requests are rehearsed: the snapshot then holds loaded classes and
 *       compiled code.
 *   <li>S3 is contacted once, and all connections are closed: the snapshot holds none.
 *   <li>After each restore, the S3 client, its credentials and the source of ids are replaced.
 * </ol>
 */
final class SnapStartHooks implements Resource {

  private static final String INITIALIZATION_VARIABLE = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START = "snap-start";
  private static final String SAMPLE = "rehearsal.json";

  /** Enough for the JIT's first compiler (C1); takes about a second. */
  private static final int REHEARSALS = 300;

  private static final Invocation INVOCATION =
      new Invocation("rehearsal", "rehearsal", Duration.ofSeconds(10));

  private final IngestFunction rehearsal;
  private final S3ObjectStore store;
  private final Optional<KinesisEventStream> stream;
  private final ObjectIds ids;

  /**
   * @param rehearsal the function with a store that does not send and a log that is discarded
   * @param store the store of the real function
   * @param stream the stream of the real function, if it has one
   * @param ids the ids of the real function
   */
  SnapStartHooks(
      IngestFunction rehearsal,
      S3ObjectStore store,
      Optional<KinesisEventStream> stream,
      ObjectIds ids) {
    this.rehearsal = rehearsal;
    this.store = store;
    this.stream = stream;
    this.ids = ids;
  }

  /** Returns true when Lambda will take a snapshot of this process. */
  static boolean areNeeded(Map<String, String> environment) {
    return SNAP_START.equals(environment.get(INITIALIZATION_VARIABLE));
  }

  /** Registers the hooks. The registry holds them weakly, so the caller keeps the result. */
  SnapStartHooks register() {
    Core.getGlobalContext().register(this);
    return this;
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
    byte[] sample = sample();
    for (int i = 0; i < REHEARSALS; i++) {
      rehearsal
          .respond(new ByteArrayInputStream(sample), INVOCATION)
          .writeTo(OutputStream.nullOutputStream());
    }
    try {
      store.greet();
    } catch (IOException e) {
      // The first request reports the failure; a snapshot does not need S3.
    }
    store.disconnect();
    stream.ifPresent(KinesisEventStream::disconnect);
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    ids.reseed();
    store.reconnect();
    stream.ifPresent(KinesisEventStream::reconnect);
  }

  private static byte[] sample() throws IOException {
    try (InputStream in = SnapStartHooks.class.getResourceAsStream(SAMPLE)) {
      return in.readAllBytes();
    }
  }
}
