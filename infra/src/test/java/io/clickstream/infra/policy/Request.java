package io.clickstream.infra.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request to AWS.
 *
 * @param action action, such as {@code s3:GetObject}
 * @param resource ARN of the resource
 * @param context condition keys with their values
 */
public record Request(String action, String resource, Map<String, List<String>> context) {

  /** Creates a request of a principal of this account over TLS 1.3. */
  public static Request of(String action, String resource) {
    return new Request(
        action,
        resource,
        Map.of(
            "aws:SecureTransport",
            List.of("true"),
            "s3:TlsVersion",
            List.of("1.3"),
            "aws:PrincipalAccount",
            List.of(Intrinsics.ACCOUNT)));
  }

  /** Returns this request with another value of a condition key. */
  public Request with(String key, String... values) {
    Map<String, List<String>> more = new HashMap<>(context);
    more.put(key, List.of(values));
    return new Request(action, resource, more);
  }
}
