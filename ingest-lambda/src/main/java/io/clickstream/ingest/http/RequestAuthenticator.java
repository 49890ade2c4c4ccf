package io.clickstream.ingest.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticates callers by a shared key, by a signature of the body, or both. Each list may hold
 * several values, so that a key or secret can be replaced while callers still use the old one.
 *
 * <p>A key in a page's script is public. It keeps off scanners that do not read the page.
 *
 * @param keys the accepted values of the header {@code x-api-key}; empty to require no key
 * @param secrets the secrets for the header {@code x-signature}: {@code sha256=} and the
 *     hexadecimal HMAC-SHA256 of the body's bytes; empty to require no signature
 */
public record RequestAuthenticator(List<String> keys, List<String> secrets) {

  static final String KEY_HEADER = "x-api-key";
  static final String SIGNATURE_HEADER = "x-signature";

  private static final String SIGNATURE_PREFIX = "sha256=";
  private static final String HMAC = "HmacSHA256";

  public RequestAuthenticator {
    keys = List.copyOf(keys);
    secrets = List.copyOf(secrets);
  }

  /**
   * Checks the header {@code x-api-key}.
   *
   * @throws RequestRejectedException when a key is required and the header holds none of them
   */
  public void requireKey(GatewayRequest request) throws RequestRejectedException {
    if (keys.isEmpty()) {
      return;
    }
    byte[] sent = bytes(request.header(KEY_HEADER));
    boolean known = false;
    for (String key : keys) {
      // Each comparison takes constant time, and none is skipped: timing reveals no key.
      known |= MessageDigest.isEqual(sent, bytes(key));
    }
    requireTrue(known);
  }

  /**
   * Checks the header {@code x-signature} against the body.
   *
   * @throws RequestRejectedException when a signature is required and no secret gives this one
   */
  public void requireSignature(GatewayRequest request, RequestBody body)
      throws RequestRejectedException {
    if (secrets.isEmpty()) {
      return;
    }
    byte[] bytes = body.bytes();
    byte[] sent = bytes(request.header(SIGNATURE_HEADER));
    boolean valid = false;
    for (String secret : secrets) {
      valid |= MessageDigest.isEqual(sent, bytes(signature(secret, bytes)));
    }
    requireTrue(valid);
  }

  /** Returns the header value that signs a body with a secret. */
  public static String signature(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(bytes(secret), HMAC));
      return SIGNATURE_PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign: this Java platform lacks " + HMAC + ".", e);
    }
  }

  private static byte[] bytes(String text) {
    return (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
  }

  private static void requireTrue(boolean authentic) throws RequestRejectedException {
    if (!authentic) {
      throw new RequestRejectedException(RequestRejectedException.Reason.FORBIDDEN);
    }
  }

  /** Returns the number of keys and secrets, but no value. */
  @Override
  public String toString() {
    return "RequestAuthenticator[" + keys.size() + " keys, " + secrets.size() + " secrets]";
  }
}
