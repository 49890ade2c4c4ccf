package io.clickstream.local.gateway;

/** An invocation that ended without a response of the function. */
public final class InvocationFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The reason for the failure. */
  public enum Reason {
    /** The queue holds its maximum of invocations or bytes; this one was not started. */
    QUEUE_FULL,
    /** The invocation exceeded the function's timeout. */
    TIMED_OUT,
    /** The process ended during the invocation; the function's effect is unknown. */
    ENVIRONMENT_ENDED,
    /** The function threw an exception, or its process broke the protocol. */
    FUNCTION_ERROR,
    /** The runtime was closed. */
    CLOSED
  }

  private final Reason reason;

  InvocationFailedException(Reason reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  /** Returns the reason for the failure. */
  public Reason reason() {
    return reason;
  }
}
