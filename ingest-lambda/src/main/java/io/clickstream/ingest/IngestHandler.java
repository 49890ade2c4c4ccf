package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The function {@code clickstream-lambda-ingest}: {@code POST /clickstream} stores one event.
 *
 * <p>The body is one JSON object. It is stored as sent, plus {@code _ingest}, under {@code
 * events/YYYY/MM/DD/HH/event-<uuid>.json} of the UTC hour of reception. The answer is 200 {@code
 * {"success":true}}; a refusal is {@code {"success":false,"error":code,"message":text}} with a
 * status of its own, and then nothing is stored. A 503 means: send it again.
 *
 * <p>Environment: {@code RAW_BUCKET_NAME} (required), {@code AWS_ENDPOINT_URL_S3} (another S3
 * server, addressed path-style).
 */
public final class IngestHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  static final String BUCKET_VARIABLE = "RAW_BUCKET_NAME";
  static final String ROUTE = "/clickstream";

  private static final String METHOD = "POST";
  private static final String DEFAULT_STAGE = "$default";

  private final Optional<ObjectStore> store;
  private final InstantSource clock;

  /** As Lambda makes it: once a process, from the environment. */
  public IngestHandler() {
    this(storeOf(System.getenv()), InstantSource.system());
  }

  IngestHandler(Optional<ObjectStore> store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    if (store.isEmpty()) {
      // Once a process; each request is then answered with 500.
      System.err.println(BUCKET_VARIABLE + " is not set: the function can store no event");
    }
  }

  private static Optional<ObjectStore> storeOf(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(BUCKET_VARIABLE))
        .filter(bucket -> !bucket.isBlank())
        .map(bucket -> S3ObjectStore.connect(bucket.strip(), environment));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    try {
      store(event);
      return Answer.stored();
    } catch (Refusal refusal) {
      return Answer.refused(refusal.reason());
    } catch (IOException e) {
      log(context, Refusal.Reason.STORAGE_UNAVAILABLE, e.getMessage());
      return Answer.refused(Refusal.Reason.STORAGE_UNAVAILABLE);
    } catch (RuntimeException e) {
      // The message could quote the payload; the class and the place can't.
      log(context, Refusal.Reason.INTERNAL, e.getClass().getName() + " at " + place(e));
      return Answer.refused(Refusal.Reason.INTERNAL);
    }
  }

  private void store(APIGatewayV2HTTPEvent event) throws Refusal, IOException {
    requireRoute(event);
    ObjectStore target = store.orElseThrow(() -> new Refusal(Refusal.Reason.NOT_CONFIGURED));
    Instant receivedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    ClientEvent clientEvent = ClientEvent.parse(RequestBody.of(event));
    RawKey key = RawKey.received(receivedAt, RawKey.Kind.EVENT, UUID.randomUUID());
    target.putNew(
        RawKey.ROOT + "/" + key.relative(), clientEvent.received(Reception.of(event, receivedAt)));
  }

  private static void requireRoute(APIGatewayV2HTTPEvent event) throws Refusal {
    Reception request = Reception.of(event, Instant.EPOCH);
    if (!ROUTE.equals(withoutStage(request.path(), request.stage()))) {
      throw new Refusal(Refusal.Reason.NOT_FOUND);
    }
    if (!METHOD.equals(request.method())) {
      throw new Refusal(Refusal.Reason.METHOD_NOT_ALLOWED);
    }
  }

  /** A stage with a name of its own leads the path. */
  private static String withoutStage(String path, String stage) {
    if (path == null || stage == null || stage.equals(DEFAULT_STAGE)) {
      return path;
    }
    String prefix = "/" + stage;
    return path.startsWith(prefix + "/") ? path.substring(prefix.length()) : path;
  }

  private static void log(Context context, Refusal.Reason reason, String detail) {
    context.getLogger().log(context.getAwsRequestId() + " " + reason.code() + ": " + detail + "\n");
  }

  private static String place(RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }
}
