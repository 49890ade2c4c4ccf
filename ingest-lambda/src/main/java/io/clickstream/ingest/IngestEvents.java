package io.clickstream.ingest;

import io.clickstream.event.NameBasedUuid;
import io.clickstream.event.RawKey;
import io.clickstream.ingest.event.ClientEvent;
import io.clickstream.ingest.event.IngestMetadata;
import io.clickstream.ingest.event.Payload;
import io.clickstream.ingest.event.SampledEvent;
import io.clickstream.ingest.http.AcceptedEvents;
import io.clickstream.ingest.http.AcceptedSignatures;
import io.clickstream.ingest.http.CallerSecrets;
import io.clickstream.ingest.http.ContentTypeCheck;
import io.clickstream.ingest.http.GatewayRequest;
import io.clickstream.ingest.http.RateLimit;
import io.clickstream.ingest.http.ReceptionTime;
import io.clickstream.ingest.http.RequestAuthenticator;
import io.clickstream.ingest.http.RequestBody;
import io.clickstream.ingest.http.RequestMetrics;
import io.clickstream.ingest.http.RequestRejectedException;
import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.EventStream;
import io.clickstream.ingest.store.ObjectStore;
import io.clickstream.ingest.store.ParallelPuts;
import io.clickstream.ingest.store.RawObject;
import io.clickstream.ingest.store.StreamRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Stores the events of one request, in these steps:
 *
 * <ol>
 *   <li>check the key and the content type, which the headers hold;
 *   <li>decode the body, and check its size and signature;
 *   <li>parse its events;
 *   <li>check the rate of the sender;
 *   <li>leave out the events that sampling drops;
 *   <li>write raw objects and store them, or put records on the stream.
 * </ol>
 *
 * <p>All checks precede the first write, cheap ones first: a rejected request has stored nothing.
 */
final class IngestEvents {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  /** Namespace of the ids of objects that derive from a signature. */
  private static final UUID SIGNED = NameBasedUuid.of(NameBasedUuid.BASE, "signed-request");

  private final Settings settings;
  private final ObjectStore store;
  private final Optional<EventStream> stream;
  private final RateLimit rateLimit;
  private final InstantSource clock;
  private final Function<Instant, UUID> ids;
  private final CallerSecrets callers;
  private final AcceptedSignatures acceptedSignatures = new AcceptedSignatures();
  private final ParallelPuts puts = new ParallelPuts();

  /** Creates the recipe without a stream, with the keys and secrets of the settings. */
  IngestEvents(
      Settings settings,
      ObjectStore store,
      RateLimit rateLimit,
      InstantSource clock,
      Function<Instant, UUID> ids) {
    this(settings, store, Optional.empty(), rateLimit, clock, ids, now -> settings.authenticator());
  }

  /**
   * @param store receives the raw objects
   * @param stream receives the events with an event id instead of the store; or empty
   * @param rateLimit asked once per request
   * @param clock gives the time of reception where the gateway does not ({@link ReceptionTime})
   * @param ids gives a new id for each raw object, from its time of reception
   * @param callers gives the keys and secrets of callers
   */
  IngestEvents(
      Settings settings,
      ObjectStore store,
      Optional<EventStream> stream,
      RateLimit rateLimit,
      InstantSource clock,
      Function<Instant, UUID> ids,
      CallerSecrets callers) {
    this.settings = settings;
    this.store = store;
    this.stream = stream;
    this.rateLimit = rateLimit;
    this.clock = clock;
    this.ids = ids;
    this.callers = callers;
  }

  /**
   * Validates and stores the events of a request to the route.
   *
   * @param metrics receives the body's length and the duration of the PUTs
   * @throws RequestRejectedException when the request is not accepted; nothing is stored
   * @throws IOException when it is not certain that all events are stored
   */
  AcceptedEvents apply(GatewayRequest request, Deadline deadline, RequestMetrics metrics)
      throws RequestRejectedException, IOException {
    Instant receivedAt = ReceptionTime.of(request, clock.instant());
    RequestAuthenticator authenticator = callers.at(receivedAt);
    authenticator.requireKey(request);
    ContentTypeCheck.require(request);
    RequestBody body = RequestBody.of(request);
    metrics.bodyBytes(body.length());
    Optional<String> signature = authenticator.verify(request, body, receivedAt);
    if (signature.isPresent() && acceptedSignatures.contains(signature.get())) {
      throw new RequestRejectedException(RequestRejectedException.Reason.FORBIDDEN);
    }
    Payload payload = Payload.parse(body.text());
    requireRate(request, payload.events().size());

    List<SampledEvent> sample =
        sample(payload, new IngestMetadata(receivedAt, request, signature.isPresent()));
    if (!sample.isEmpty()) {
      if (stream.isPresent() && haveEventIds(sample)) {
        List<StreamRecord> records = StreamRecords.of(sample);
        metrics.timeStream(() -> stream.get().putAll(records, deadline));
      } else {
        List<RawObject> objects =
            payload.batch() && settings.batchObjects()
                ? List.of(batchObject(sample, receivedAt, signature))
                : eventObjects(sample, receivedAt, signature);
        metrics.timeStore(objects.size(), () -> puts.putAll(store, objects, deadline));
      }
    }
    // Only now: a client may repeat a request that failed, with the same signature.
    signature.ifPresent(accepted -> acceptedSignatures.add(accepted, receivedAt));
    int sampledOut = payload.events().size() - sample.size();
    return new AcceptedEvents(sample.size(), sampledOut, payload.batch());
  }

  private void requireRate(GatewayRequest request, int events) throws RequestRejectedException {
    String sourceIp = request.context().getOrDefault("sourceIp", "");
    Optional<Duration> wait = rateLimit.retryAfter(sourceIp, events);
    if (wait.isPresent()) {
      throw RequestRejectedException.retryable(
          RequestRejectedException.Reason.TOO_MANY_REQUESTS, wait.get());
    }
  }

  /**
   * Returns whether duplicates of all events can be recognized. The stream delivers at least once,
   * so an event without an id, which is the only one of its request, is stored by itself.
   */
  private static boolean haveEventIds(List<SampledEvent> sample) {
    return sample.stream().allMatch(item -> item.event().hasEventId());
  }

  private List<SampledEvent> sample(Payload payload, IngestMetadata request) {
    List<SampledEvent> sample = new ArrayList<>();
    for (int n = 0; n < payload.events().size(); n++) {
      ClientEvent event = payload.events().get(n);
      if (settings.sampler().keeps(event)) {
        sample.add(new SampledEvent(event, request.ofItem(n)));
      }
    }
    return sample;
  }

  private List<RawObject> eventObjects(
      List<SampledEvent> sample, Instant receivedAt, Optional<String> signature) {
    List<RawObject> objects = new ArrayList<>();
    for (SampledEvent item : sample) {
      String key = key(receivedAt, RawKey.Kind.EVENT, id(receivedAt, signature, objects.size()));
      byte[] body = item.event().rawObject(item.metadata());
      objects.add(new RawObject(key, JSON, body, signature.isPresent()));
    }
    return objects;
  }

  private RawObject batchObject(
      List<SampledEvent> sample, Instant receivedAt, Optional<String> signature) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (SampledEvent item : sample) {
      lines.writeBytes(item.event().rawLine(item.metadata()));
    }
    String key = key(receivedAt, RawKey.Kind.BATCH, id(receivedAt, signature, 0));
    return new RawObject(key, LINES, lines.toByteArray(), signature.isPresent());
  }

  /**
   * Returns the id of an object of a request. Objects of a signed request have the same ids however
   * often, and to whichever process, it is sent: S3 keeps the first. Nobody without the secret can
   * tell them beforehand.
   */
  private UUID id(Instant receivedAt, Optional<String> signature, int n) {
    return signature
        .map(text -> NameBasedUuid.of(SIGNED, text + "\n" + n))
        .orElseGet(() -> ids.apply(receivedAt));
  }

  /** Returns a key. All objects of a request are under the hour of the request. */
  private static String key(Instant receivedAt, RawKey.Kind kind, UUID id) {
    return RawKey.ROOT + "/" + RawKey.received(receivedAt, kind, id).relative();
  }
}
