package io.clickstream.infra.policy;

/** Thrown for a construct of a policy that the evaluator does not know. */
public final class UnknownPolicyConstructException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception that names the construct. */
  public UnknownPolicyConstructException(String what) {
    super(what);
  }
}
