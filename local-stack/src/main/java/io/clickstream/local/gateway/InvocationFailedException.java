package io.clickstream.local.gateway;

/** An invocation that ended without an answer of the function. */
public final class InvocationFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** How it ended. */
  public enum Cause {
    /** As many invocations as allowed are waiting, or as many bytes; this one was not started. */
    QUEUE_FULL,
    /** The function, or the wait for a worker, took too long. */
    TIMED_OUT,
    /** The worker ended in the middle; whether the function did its work is unknown. */
    WORKER_DIED,
    /** The function threw, or its worker doesn't follow the protocol. */
    FUNCTION_ERROR,
    /** The runtime was closed meanwhile. */
    CLOSED
  }

  private final Cause cause;

  InvocationFailedException(Cause cause) {
    super(cause.name(), null, false, false);
    this.cause = cause;
  }

  /** How it ended. */
  public Cause why() {
    return cause;
  }
}
