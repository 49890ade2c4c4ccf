package io.clickstream.ingest;

import io.clickstream.ingest.http.AcceptedEvents;
import io.clickstream.ingest.http.CorsPolicy;
import io.clickstream.ingest.http.GatewayRequest;
import io.clickstream.ingest.http.GatewayResponse;
import io.clickstream.ingest.http.Invocation;
import io.clickstream.ingest.http.RequestLog;
import io.clickstream.ingest.http.RequestMetrics;
import io.clickstream.ingest.http.RequestRejectedException;
import io.clickstream.ingest.http.RequestRejectedException.Reason;
import io.clickstream.ingest.store.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** Turns each request into a response and one log line, whatever the request holds. */
final class IngestFunction {

  private static final String ROUTE = "/clickstream";
  private static final String POST = "POST";
  private static final String OPTIONS = "OPTIONS";

  private static final Duration MAX_STORE_TIME = Duration.ofSeconds(8);

  /** The part of the remaining time that is kept for the response; at most a quarter of it. */
  private static final Duration RESPONSE_TIME = Duration.ofSeconds(1);

  private static final Duration STORAGE_RETRY_AFTER = Duration.ofSeconds(1);

  private final CorsPolicy cors;
  private final Optional<IngestEvents> ingest;
  private final RequestLog log;

  private IngestFunction(CorsPolicy cors, Optional<IngestEvents> ingest, RequestLog log) {
    this.cors = cors;
    this.ingest = ingest;
    this.log = log;
  }

  /** Returns a function that stores events. */
  static IngestFunction configured(Settings settings, IngestEvents ingest, RequestLog log) {
    return new IngestFunction(settings.cors(), Optional.of(ingest), log);
  }

  /** Returns a function that answers each request to the route with 500. */
  static IngestFunction notConfigured(RequestLog log) {
    return new IngestFunction(CorsPolicy.NONE, Optional.empty(), log);
  }

  /** Responds to a request. A failure of any kind becomes a response with status 4xx or 5xx. */
  GatewayResponse respond(InputStream request, Invocation invocation) {
    Exchange exchange = new Exchange(invocation);
    try {
      return exchange.respond(GatewayRequest.read(request));
    } catch (IOException e) {
      return exchange.rejected(
          new RequestRejectedException(Reason.INTERNAL),
          "Cannot parse the gateway's request: it is not JSON.");
    } catch (RuntimeException e) {
      // The exception's message could quote the payload; its class and place cannot.
      return exchange.rejected(
          new RequestRejectedException(Reason.INTERNAL),
          e.getClass().getName() + " at " + place(e));
    }
  }

  /** One request and its response. */
  private final class Exchange {

    private final RequestMetrics metrics = new RequestMetrics();
    private final Invocation invocation;
    private String requestId;

    Exchange(Invocation invocation) {
      this.invocation = invocation;
    }

    GatewayResponse respond(GatewayRequest request) {
      requestId = request.context().get("requestId");
      if (isPreflight(request)) {
        log.preflight(invocation, requestId, metrics);
        return GatewayResponse.preflight().withHeaders(cors.preflightHeaders(request));
      }
      return ingested(request).withHeaders(cors.headers(request));
    }

    private GatewayResponse ingested(GatewayRequest request) {
      try {
        requireRoute(request);
        IngestEvents configured =
            ingest.orElseThrow(() -> new RequestRejectedException(Reason.NOT_CONFIGURED));
        AcceptedEvents accepted = configured.apply(request, deadline(invocation), metrics);
        log.accepted(invocation, requestId, accepted, metrics);
        return GatewayResponse.accepted(accepted);
      } catch (RequestRejectedException e) {
        return rejected(e, null);
      } catch (IOException e) {
        return rejected(
            RequestRejectedException.retryable(Reason.STORAGE_UNAVAILABLE, STORAGE_RETRY_AFTER),
            e.getMessage());
      }
    }

    GatewayResponse rejected(RequestRejectedException rejection, String detail) {
      log.rejected(invocation, requestId, rejection.reason(), detail, metrics);
      return GatewayResponse.rejected(rejection);
    }
  }

  private static boolean isPreflight(GatewayRequest request) {
    return OPTIONS.equals(request.method()) && ROUTE.equals(request.route());
  }

  private static void requireRoute(GatewayRequest request) throws RequestRejectedException {
    if (!ROUTE.equals(request.route())) {
      throw new RequestRejectedException(Reason.NOT_FOUND);
    }
    if (!POST.equals(request.method())) {
      throw new RequestRejectedException(Reason.METHOD_NOT_ALLOWED);
    }
  }

  /** Returns the deadline of the PUTs, which leaves time to respond before Lambda ends the call. */
  private static Deadline deadline(Invocation invocation) {
    Duration remaining = invocation.remainingTime();
    Duration reserved = least(RESPONSE_TIME, remaining.dividedBy(4));
    return Deadline.in(least(MAX_STORE_TIME, remaining.minus(reserved)));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String place(RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }
}
