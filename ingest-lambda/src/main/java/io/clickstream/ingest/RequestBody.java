package io.clickstream.ingest;

import io.clickstream.event.Limits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A request's body, of an allowed size and in well-formed Unicode.
 *
 * @param bytes as the caller sent them
 * @param text of them, without a byte order mark; not blank
 */
record RequestBody(byte[] bytes, String text) {

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BASE64_CHARS = 4;
  private static final int BASE64_BYTES = 3;

  /**
   * Decodes the body, from base64 where the gateway made it so.
   *
   * @throws Refusal when there is none, or it is too large or not UTF-8
   */
  static RequestBody of(GatewayRequest request) throws Refusal {
    String body = request.body();
    if (body == null) {
      throw new Refusal(Refusal.Reason.EMPTY_BODY);
    }
    RequestBody decoded = request.base64() ? decoded(body) : encoded(body);
    String text = decoded.text();
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      throw new Refusal(Refusal.Reason.EMPTY_BODY);
    }
    return new RequestBody(decoded.bytes(), text);
  }

  private static RequestBody decoded(String base64) throws Refusal {
    if ((long) base64.length() / BASE64_CHARS * BASE64_BYTES > Limits.BODY_BYTES + BASE64_BYTES) {
      throw new Refusal(Refusal.Reason.BODY_TOO_LARGE);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Refusal.Reason.INVALID_BASE64);
    }
    requireSize(bytes.length);
    try {
      // A new decoder reports malformed input, where String's constructor would replace it.
      return new RequestBody(
          bytes, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new Refusal(Refusal.Reason.INVALID_ENCODING);
    }
  }

  private static RequestBody encoded(String text) throws Refusal {
    requireSize(text.length());
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      requireSize(utf8.remaining());
      return new RequestBody(Arrays.copyOf(utf8.array(), utf8.remaining()), text);
    } catch (CharacterCodingException e) {
      throw new Refusal(Refusal.Reason.INVALID_ENCODING);
    }
  }

  private static void requireSize(int bytes) throws Refusal {
    if (bytes > Limits.BODY_BYTES) {
      throw new Refusal(Refusal.Reason.BODY_TOO_LARGE);
    }
  }
}
