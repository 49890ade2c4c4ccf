package io.clickstream.ingest.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticates callers by a shared key, by a signature of time and body, or both. Each list may hold
 * several values, so that a key or secret can be replaced while callers still use the old one.
 *
 * <p>A key in a page's script is public. It keeps off scanners that do not read the page.
 *
 * @param keys the accepted values of the header {@code x-api-key}; empty to require no key
 * @param secrets the secrets for the header {@code x-signature}: {@code sha256=} and the
 *     hexadecimal HMAC-SHA256 of the header {@code x-timestamp}, a dot and the body's bytes; empty
 *     to require no signature
 * @param unsignedAllowed whether requests without a signature are accepted beside signed ones, as
 *     those of browsers, which can keep no secret
 */
public record RequestAuthenticator(
    List<String> keys, List<String> secrets, boolean unsignedAllowed) {

  /** Greatest difference between the signed time and the time of reception, inclusive. */
  static final Duration VALIDITY = Duration.ofMinutes(5);

  static final String KEY_HEADER = "x-api-key";
  static final String SIGNATURE_HEADER = "x-signature";

  /** The time of the signature: whole seconds since 1970. */
  static final String TIME_HEADER = "x-timestamp";

  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

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
   * Checks the header {@code x-signature} against the time and the body.
   *
   * @param now the time of reception
   * @return the signature; empty when the request has none and needs none
   * @throws RequestRejectedException when a signature is required, or given and wrong or too old
   */
  public Optional<String> verify(GatewayRequest request, RequestBody body, Instant now)
      throws RequestRejectedException {
    if (secrets.isEmpty() || unsignedAllowed && request.header(SIGNATURE_HEADER) == null) {
      return Optional.empty();
    }
    String time = request.header(TIME_HEADER);
    requireTrue(time != null && SECONDS.matcher(time).matches());
    Duration difference = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), now).abs();
    requireTrue(difference.compareTo(VALIDITY) <= 0);
    byte[] sent = bytes(request.header(SIGNATURE_HEADER));
    Optional<String> valid = Optional.empty();
    for (String secret : secrets) {
      String signature = signature(secret, time, body.bytes());
      if (MessageDigest.isEqual(sent, bytes(signature))) {
        valid = Optional.of(signature);
      }
    }
    requireTrue(valid.isPresent());
    return valid;
  }

  /**
   * Returns the header value that signs a body with a secret.
   *
   * @param time the value of {@code x-timestamp}
   */
  public static String signature(String secret, String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(bytes(secret), HMAC));
      mac.update(bytes(time + "."));
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
