package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;

/**
 * What Lambda tells of a call of the function.
 *
 * @param function its name
 * @param requestId Lambda's own, not the gateway's
 * @param left until the function is ended
 */
record Invocation(String function, String requestId, Duration left) {

  static Invocation of(Context context) {
    return new Invocation(
        context.getFunctionName(),
        context.getAwsRequestId(),
        Duration.ofMillis(context.getRemainingTimeInMillis()));
  }
}
