package io.clickstream.infra.policy;

/** Something in a policy that the evaluator doesn't know, and so must not guess at. */
public final class UnknownPolicyConstructException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what. */
  public UnknownPolicyConstructException(String what) {
    super(what);
  }
}
