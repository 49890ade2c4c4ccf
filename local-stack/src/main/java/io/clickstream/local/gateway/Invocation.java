package io.clickstream.local.gateway;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One event on its way through the function.
 *
 * @param id the request id that the function sees
 * @param event JSON
 * @param traceId for the function's tracing
 * @param answer completed once
 */
record Invocation(String id, byte[] event, String traceId, CompletableFuture<byte[]> answer) {

  static Invocation of(byte[] event, String traceId) {
    return new Invocation(UUID.randomUUID().toString(), event, traceId, new CompletableFuture<>());
  }

  void fail(InvocationFailedException.Cause cause) {
    answer.completeExceptionally(new InvocationFailedException(cause));
  }

  /** Nobody waits for it any more. */
  boolean isOver() {
    return answer.isDone();
  }
}
