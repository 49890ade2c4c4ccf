package io.clickstream.ingest.http;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;

/**
 * One invocation of the function by Lambda.
 *
 * @param functionName the function's name
 * @param requestId Lambda's request id, which differs from the gateway's
 * @param remainingTime the time until Lambda ends the invocation
 */
public record Invocation(String functionName, String requestId, Duration remainingTime) {

  /** Reads the invocation from the context that Lambda passes to the handler. */
  public static Invocation of(Context context) {
    return new Invocation(
        context.getFunctionName(),
        context.getAwsRequestId(),
        Duration.ofMillis(context.getRemainingTimeInMillis()));
  }
}
