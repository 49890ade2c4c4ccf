package io.clickstream.ingest;

import io.clickstream.event.RawKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Takes the events of a request: all checks, then all writes. A refused request has stored nothing.
 *
 * <p>The order of the checks is the order of their costs: what the headers tell, the body's size
 * and signature, its JSON, the rate of its sender.
 */
final class Ingest {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  private final Settings settings;
  private final ObjectStore store;
  private final RateLimit rateLimit;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final ParallelPuts puts = new ParallelPuts();

  /**
   * What a request brought.
   *
   * @param events that are stored
   * @param sampledOut that are not, as {@code SAMPLE_RATE} has it
   * @param batch whether they came in an array
   */
  record Accepted(int events, int sampledOut, boolean batch) {}

  /**
   * @param store where to
   * @param rateLimit asked for each request
   * @param clock the time of reception
   * @param ids a new one each time
   */
  Ingest(
      Settings settings,
      ObjectStore store,
      RateLimit rateLimit,
      InstantSource clock,
      Supplier<UUID> ids) {
    this.settings = settings;
    this.store = store;
    this.rateLimit = rateLimit;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Takes a request to the route.
   *
   * @param tally is told bytes and the store's time
   * @throws Refusal when the request is not accepted: nothing was stored
   * @throws IOException when it isn't certain that all of its events are stored
   */
  Accepted accept(GatewayRequest request, Deadline deadline, Tally tally)
      throws Refusal, IOException {
    Instant receivedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    settings.proof().requireKey(request);
    MediaType.require(request);
    RequestBody body = RequestBody.of(request);
    tally.bytes(body.bytes().length);
    settings.proof().requireSignature(request, body.bytes());
    Payload payload = Payload.parse(body.text());
    requireRate(request, payload.events().size());

    boolean[] kept = new boolean[payload.events().size()];
    int count = 0;
    for (int n = 0; n < kept.length; n++) {
      kept[n] = settings.sampling().keeps(payload.events().get(n));
      count += kept[n] ? 1 : 0;
    }
    if (count > 0) {
      List<RawObject> objects = objects(payload, kept, new Reception(receivedAt, request));
      tally.timeStore(() -> puts.putAll(store, objects, deadline));
    }
    return new Accepted(count, kept.length - count, payload.batch());
  }

  private void requireRate(GatewayRequest request, int events) throws Refusal {
    String sourceIp = request.context().getOrDefault("sourceIp", "");
    Optional<Duration> wait = rateLimit.retryAfter(sourceIp, events);
    if (wait.isPresent()) {
      throw Refusal.until(Refusal.Reason.TOO_MANY_REQUESTS, wait.get());
    }
  }

  /** One for each event that is kept, or one for a whole batch. */
  private List<RawObject> objects(Payload payload, boolean[] kept, Reception reception) {
    List<RawObject> single = new ArrayList<>();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int n = 0; n < payload.events().size(); n++) {
      ClientEvent event = payload.events().get(n);
      if (!kept[n]) {
        continue;
      }
      if (payload.batch() && settings.batchObjects()) {
        lines.writeBytes(event.receivedLine(reception.ofItem(n)));
      } else {
        byte[] bytes = event.received(reception.ofItem(n));
        single.add(new RawObject(key(reception, RawKey.Kind.EVENT), JSON, bytes));
      }
    }
    if (lines.size() == 0) {
      return single;
    }
    return List.of(new RawObject(key(reception, RawKey.Kind.BATCH), LINES, lines.toByteArray()));
  }

  /** All of a request go under the hour of the request. */
  private String key(Reception reception, RawKey.Kind kind) {
    return RawKey.ROOT + "/" + RawKey.received(reception.receivedAt(), kind, ids.get()).relative();
  }
}
