package io.clickstream.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * What Lambda's SnapStart needs (CRaC hooks). Before the snapshot: requests are rehearsed, so that
 * classes are loaded and code is compiled in it, and connections are ended. After each restore:
 * connections, credentials and ids begin anew.
 */
final class SnapStart implements Resource {

  private static final String INITIALIZATION_VARIABLE = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START = "snap-start";
  private static final String SAMPLE = "rehearsal.json";

  /** Enough for the first compiler; takes a second. */
  private static final int REHEARSALS = 300;

  private static final Invocation INVOCATION =
      new Invocation("rehearsal", "rehearsal", Duration.ofSeconds(10));

  private final IngestHandler rehearsal;
  private final S3Connection s3;
  private final ObjectIds ids;

  SnapStart(Settings settings, S3ObjectStore store, ObjectIds ids) {
    this.rehearsal = new IngestHandler(settings, store.rehearsal(), InstantSource.system(), ids);
    this.s3 = store.connection();
    this.ids = ids;
  }

  /** Registers the hooks, where there will be a snapshot. */
  static Optional<SnapStart> register(
      Map<String, String> environment, Settings settings, S3ObjectStore store, ObjectIds ids) {
    if (!SNAP_START.equals(environment.get(INITIALIZATION_VARIABLE))) {
      return Optional.empty();
    }
    SnapStart hooks = new SnapStart(settings, store, ids);
    Core.getGlobalContext().register(hooks);
    return Optional.of(hooks);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
    byte[] sample = sample();
    for (int i = 0; i < REHEARSALS; i++) {
      rehearsal
          .answer(new ByteArrayInputStream(sample), INVOCATION)
          .writeTo(OutputStream.nullOutputStream());
    }
    try {
      s3.greet();
    } catch (IOException e) {
      // The first request will tell.
    }
    s3.disconnect();
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    ids.renew();
    s3.connect();
  }

  private static byte[] sample() throws IOException {
    try (InputStream in = SnapStart.class.getResourceAsStream(SAMPLE)) {
      return in.readAllBytes();
    }
  }
}
