package io.clickstream.local.gateway;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One invocation of the function.
 *
 * @param id the Lambda request id
 * @param event the event as JSON
 * @param traceId the trace id
 * @param response completed once, with the function's response or with a failure
 */
record Invocation(String id, byte[] event, String traceId, CompletableFuture<byte[]> response) {

  static Invocation of(byte[] event, String traceId) {
    return new Invocation(UUID.randomUUID().toString(), event, traceId, new CompletableFuture<>());
  }

  void fail(InvocationFailedException.Reason reason) {
    response.completeExceptionally(new InvocationFailedException(reason));
  }

  /** Returns true when the invocation has a response or has failed. */
  boolean isOver() {
    return response.isDone();
  }
}
