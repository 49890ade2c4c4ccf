package io.clickstream.ingest;

import io.clickstream.ingest.http.CallerSecrets;
import io.clickstream.ingest.http.RateLimit;
import io.clickstream.ingest.http.RequestLog;
import io.clickstream.ingest.store.EventStream;
import io.clickstream.ingest.store.KinesisEventStream;
import io.clickstream.ingest.store.ObjectIds;
import io.clickstream.ingest.store.ObjectStore;
import io.clickstream.ingest.store.S3ObjectStore;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The objects that live as long as the function's process.
 *
 * @param function responds to requests
 * @param snapStart the registered hooks, kept here because the runtime's registry holds them
 *     weakly; empty when Lambda takes no snapshot
 */
record IngestProcess(IngestFunction function, Optional<SnapStartHooks> snapStart) {

  /**
   * Builds the function. With a wrong environment it answers each request with 500.
   *
   * @param environment the environment variables by name
   * @param limits gives the rate limit for the settings
   */
  static IngestProcess start(
      Map<String, String> environment, Function<Settings, RateLimit> limits) {
    RequestLog log = new RequestLog(IngestProcess::print);
    Optional<Settings> read = Settings.read(environment, log);
    if (read.isEmpty()) {
      return new IngestProcess(IngestFunction.notConfigured(log), Optional.empty());
    }
    Settings settings = read.get();
    ObjectIds ids = new ObjectIds();
    S3ObjectStore store = S3ObjectStore.connect(settings.location());
    Optional<KinesisEventStream> stream = settings.stream().map(KinesisEventStream::connect);
    CallerSecrets callers =
        settings
            .callersSecret()
            .<CallerSecrets>map(
                secret ->
                    new CachedCallerSecrets(
                        secret::read, settings.authenticator().unsignedAllowed()))
            .orElse(now -> settings.authenticator());
    IngestFunction function =
        function(settings, store, stream, limits.apply(settings), ids, callers, log);
    return new IngestProcess(
        function,
        SnapStartHooks.areNeeded(environment)
            ? Optional.of(snapStart(settings, store, stream, ids).register())
            : Optional.empty());
  }

  /** Returns hooks that rehearse with a store that does not send and a log that is discarded. */
  static SnapStartHooks snapStart(
      Settings settings, S3ObjectStore store, Optional<KinesisEventStream> stream, ObjectIds ids) {
    IngestFunction rehearsal =
        function(
            settings,
            store.rehearsal(),
            stream.map(KinesisEventStream::rehearsal),
            RateLimit.NONE,
            ids,
            now -> settings.authenticator(),
            new RequestLog(line -> {}));
    return new SnapStartHooks(rehearsal, store, stream, ids);
  }

  private static IngestFunction function(
      Settings settings,
      ObjectStore store,
      Optional<? extends EventStream> stream,
      RateLimit limit,
      ObjectIds ids,
      CallerSecrets callers,
      RequestLog log) {
    return IngestFunction.configured(
        settings,
        new IngestEvents(
            settings,
            store,
            stream.map(EventStream.class::cast),
            limit,
            InstantSource.system(),
            ids,
            callers),
        log);
  }

  /** Prints a line in one piece: CloudWatch reads metrics from whole lines of plain JSON. */
  static void print(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }
}
