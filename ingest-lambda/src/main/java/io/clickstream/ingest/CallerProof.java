package io.clickstream.ingest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a caller must know: a key, or a secret to sign the body with. Of each there may be several,
 * so that they can be changed while callers use the old one. A key in a browser is no secret: it
 * keeps off what doesn't read the page, no more.
 *
 * @param keys of which {@code x-api-key} must be one; none: not asked for
 * @param secrets with one of which {@code x-signature} must be made: {@code sha256=} and the HMAC
 *     of the body's bytes in hexadecimal; none: not asked for
 */
record CallerProof(List<String> keys, List<String> secrets) {

  static final String KEY_HEADER = "x-api-key";
  static final String SIGNATURE_HEADER = "x-signature";

  private static final String SIGNATURE_PREFIX = "sha256=";
  private static final String HMAC = "HmacSHA256";

  CallerProof {
    keys = List.copyOf(keys);
    secrets = List.copyOf(secrets);
  }

  /**
   * Checks the key, which needs no body.
   *
   * @throws Refusal when it isn't one of ours
   */
  void requireKey(GatewayRequest request) throws Refusal {
    if (keys.isEmpty()) {
      return;
    }
    byte[] sent = bytes(request.header(KEY_HEADER));
    boolean known = false;
    for (String key : keys) {
      // All are compared, each in constant time.
      known |= MessageDigest.isEqual(sent, bytes(key));
    }
    requireTrue(known);
  }

  /**
   * Checks the body's signature.
   *
   * @throws Refusal when it isn't made with one of our secrets
   */
  void requireSignature(GatewayRequest request, byte[] body) throws Refusal {
    if (secrets.isEmpty()) {
      return;
    }
    byte[] sent = bytes(request.header(SIGNATURE_HEADER));
    boolean right = false;
    for (String secret : secrets) {
      right |= MessageDigest.isEqual(sent, bytes(signature(secret, body)));
    }
    requireTrue(right);
  }

  /** What the header must be. */
  static String signature(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(bytes(secret), HMAC));
      return SIGNATURE_PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  private static byte[] bytes(String text) {
    return (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
  }

  private static void requireTrue(boolean proven) throws Refusal {
    if (!proven) {
      throw new Refusal(Refusal.Reason.FORBIDDEN);
    }
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return "CallerProof[" + keys.size() + " keys, " + secrets.size() + " secrets]";
  }
}
