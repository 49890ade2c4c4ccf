package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The function {@code clickstream-lambda-ingest}: {@code POST /clickstream} stores events.
 *
 * <p>The body is one JSON object, or an array of up to 100 with an {@code eventId} each. An event
 * is stored as sent, plus {@code _ingest}, under {@code events/YYYY/MM/DD/HH/event-<uuid>.json} of
 * the UTC hour of reception. The answer is 200 {@code {"success":true}}; a refusal is {@code
 * {"success":false,"error":code,"message":text}} with a status of its own, and then nothing is
 * stored. A 503 means: send it again.
 *
 * <p>Reads and writes the gateway's JSON itself: with events as plain objects the runtime would
 * load a JSON mapper before the first request. Environment: see {@link Settings}.
 */
public class IngestHandler implements RequestStreamHandler {

  static final String ROUTE = "/clickstream";

  private static final String POST = "POST";
  private static final String OPTIONS = "OPTIONS";

  private static final Duration MOST_TIME = Duration.ofSeconds(8);

  /** What is kept of the function's own timeout for the answer; of a short one, a quarter. */
  private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(1);

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final Optional<Ingest> ingest;
  private final Origins origins;
  private final RequestLog log;

  /** Held here: the runtime's registry forgets what nobody holds. */
  private Optional<SnapStart> snapStart = Optional.empty();

  /** As Lambda makes it: once a process, from the environment. */
  public IngestHandler() {
    this(System.getenv(), Optional.empty());
  }

  /**
   * With a rate limit in place of {@code MAX_EVENTS_PER_SECOND}, for a handler that counts
   * elsewhere than in its process.
   */
  protected IngestHandler(RateLimit rateLimit) {
    this(System.getenv(), Optional.of(rateLimit));
  }

  private IngestHandler(Map<String, String> environment, Optional<RateLimit> rateLimit) {
    log = new RequestLog(IngestHandler::print);
    Optional<Settings> settings = settings(environment);
    origins = settings.map(Settings::origins).orElse(Origins.NONE);
    if (settings.isEmpty()) {
      ingest = Optional.empty();
      return;
    }
    ObjectIds ids = new ObjectIds();
    S3ObjectStore s3 = S3ObjectStore.connect(settings.get());
    RateLimit limit = rateLimit.orElseGet(() -> rateLimit(settings.get()));
    ingest = Optional.of(new Ingest(settings.get(), s3, limit, InstantSource.system(), ids));
    snapStart = SnapStart.register(environment, settings.get(), s3, ids);
  }

  /** With a store, a clock and ids of the caller's. */
  IngestHandler(
      Map<String, String> environment,
      ObjectStore store,
      InstantSource clock,
      Supplier<UUID> ids,
      Consumer<String> lines) {
    log = new RequestLog(lines);
    Optional<Settings> settings = settings(environment);
    origins = settings.map(Settings::origins).orElse(Origins.NONE);
    ingest = settings.map(read -> new Ingest(read, store, rateLimit(read), clock, ids));
  }

  /** The same, configured. */
  IngestHandler(Settings settings, ObjectStore store, InstantSource clock, Supplier<UUID> ids) {
    log = new RequestLog(line -> {});
    origins = settings.origins();
    ingest = Optional.of(new Ingest(settings, store, RateLimit.NONE, clock, ids));
  }

  private Optional<Settings> settings(Map<String, String> environment) {
    try {
      return Optional.of(Settings.of(environment));
    } catch (MisconfiguredException e) {
      log.misconfigured(e.getMessage());
      return Optional.empty();
    }
  }

  private static RateLimit rateLimit(Settings settings) {
    return settings
        .eventsPerSecond()
        .<RateLimit>map(events -> new AddressRateLimit(events, System::nanoTime))
        .orElse(RateLimit.NONE);
  }

  /** In one piece, and as it is: CloudWatch takes metrics from whole lines of plain JSON. */
  private static void print(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }

  @Override
  public final void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    answer(event, Invocation.of(context)).writeTo(answer);
  }

  /** Answers, whatever comes. */
  Answer answer(InputStream event, Invocation invocation) {
    Call call = new Call(invocation);
    try {
      return call.answer(GatewayRequest.read(event));
    } catch (IOException e) {
      return call.refused(new Refusal(Refusal.Reason.INTERNAL), "the event is no JSON");
    } catch (RuntimeException e) {
      // The message could quote the payload; the class and the place can't.
      return call.refused(
          new Refusal(Refusal.Reason.INTERNAL), e.getClass().getName() + " at " + place(e));
    }
  }

  /** One request on its way. */
  private final class Call {

    private final Tally tally = new Tally();
    private final Invocation invocation;
    private String requestId;

    Call(Invocation invocation) {
      this.invocation = invocation;
    }

    Answer answer(GatewayRequest request) {
      requestId = request.context().get("requestId");
      if (isPreflight(request)) {
        log.preflight(invocation, requestId, tally);
        return Answer.preflight().with(origins.preflightHeaders(request));
      }
      return answerPost(request).with(origins.headers(request));
    }

    private Answer answerPost(GatewayRequest request) {
      try {
        requireRoute(request);
        Ingest configured = ingest.orElseThrow(() -> new Refusal(Refusal.Reason.NOT_CONFIGURED));
        Ingest.Accepted accepted = configured.accept(request, deadline(invocation), tally);
        log.accepted(invocation, requestId, accepted, tally);
        return Answer.stored(accepted);
      } catch (Refusal refusal) {
        return refused(refusal, null);
      } catch (IOException e) {
        return refused(
            Refusal.until(Refusal.Reason.STORAGE_UNAVAILABLE, RETRY_SOON), e.getMessage());
      }
    }

    Answer refused(Refusal refusal, String detail) {
      log.refused(invocation, requestId, refusal.reason(), detail, tally);
      return Answer.refused(refusal);
    }
  }

  private static boolean isPreflight(GatewayRequest request) {
    return OPTIONS.equals(request.method()) && ROUTE.equals(request.route());
  }

  private static void requireRoute(GatewayRequest request) throws Refusal {
    if (!ROUTE.equals(request.route())) {
      throw new Refusal(Refusal.Reason.NOT_FOUND);
    }
    if (!POST.equals(request.method())) {
      throw new Refusal(Refusal.Reason.METHOD_NOT_ALLOWED);
    }
  }

  /** In time to answer before the function is ended. */
  private static Deadline deadline(Invocation invocation) {
    Duration left = invocation.left();
    Duration kept = least(TIME_TO_ANSWER, left.dividedBy(4));
    return Deadline.in(least(MOST_TIME, left.minus(kept)));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String place(RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }
}
