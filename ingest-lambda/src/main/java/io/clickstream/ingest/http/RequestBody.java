package io.clickstream.ingest.http;

import io.clickstream.event.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A request's body, checked for size and encoding.
 *
 * <p>The body is decoded once: text from the gateway is used unchanged, base64 is decoded to text.
 * The text is encoded once, when the raw object is written. Only a signature check needs the bytes
 * earlier.
 */
public final class RequestBody {

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BASE64_CHARS = 4;
  private static final int BASE64_BYTES = 3;

  private final String sent;
  private final int length;

  private RequestBody(String sent, int length) {
    this.sent = sent;
    this.length = length;
  }

  /**
   * Decodes the body of a request.
   *
   * @throws RequestRejectedException when the body is missing, blank, too large or not UTF-8
   */
  public static RequestBody of(GatewayRequest request) throws RequestRejectedException {
    String text = request.body();
    if (text == null) {
      throw new RequestRejectedException(RequestRejectedException.Reason.EMPTY_BODY);
    }
    RequestBody body = request.base64() ? ofBase64(text) : ofText(text);
    if (body.text().isBlank()) {
      throw new RequestRejectedException(RequestRejectedException.Reason.EMPTY_BODY);
    }
    return body;
  }

  private static RequestBody ofBase64(String base64) throws RequestRejectedException {
    if ((long) base64.length() / BASE64_CHARS * BASE64_BYTES > Limits.BODY_BYTES + BASE64_BYTES) {
      throw new RequestRejectedException(RequestRejectedException.Reason.BODY_TOO_LARGE);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new RequestRejectedException(RequestRejectedException.Reason.INVALID_BASE64);
    }
    requireSize(bytes.length);
    try {
      // A new decoder reports malformed input; the constructor of String would replace it.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new RequestBody(text, bytes.length);
    } catch (CharacterCodingException e) {
      throw new RequestRejectedException(RequestRejectedException.Reason.INVALID_ENCODING);
    }
  }

  private static RequestBody ofText(String text) throws RequestRejectedException {
    requireSize(text.length());
    int bytes = utf8Length(text);
    requireSize(bytes);
    return new RequestBody(text, bytes);
  }

  /** Returns the length in UTF-8 without encoding the text. */
  private static int utf8Length(String text) throws RequestRejectedException {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      if (!Character.isSurrogate(c)) {
        bytes += c < 0x800 ? 1 : 2;
      } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        // Two characters are four bytes.
        bytes += 2;
        i++;
      } else {
        throw new RequestRejectedException(RequestRejectedException.Reason.INVALID_ENCODING);
      }
    }
    return bytes;
  }

  private static void requireSize(int bytes) throws RequestRejectedException {
    if (bytes > Limits.BODY_BYTES) {
      throw new RequestRejectedException(RequestRejectedException.Reason.BODY_TOO_LARGE);
    }
  }

  /** Returns the text without a leading byte order mark; not blank. */
  public String text() {
    return !sent.isEmpty() && sent.charAt(0) == BYTE_ORDER_MARK ? sent.substring(1) : sent;
  }

  /** Returns the number of bytes that the caller sent. */
  public int length() {
    return length;
  }

  /** Returns the bytes that the caller sent: well-formed text has one form in UTF-8. */
  byte[] bytes() {
    return sent.getBytes(StandardCharsets.UTF_8);
  }
}
