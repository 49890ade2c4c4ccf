package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.clickstream.event.Limits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The text of a request's body, of an allowed size and in well-formed Unicode. */
final class RequestBody {

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BASE64_CHARS = 4;
  private static final int BASE64_BYTES = 3;

  private RequestBody() {}

  /**
   * Decodes the body, from base64 where the gateway made it so.
   *
   * @return the body without a byte order mark, not blank
   * @throws Refusal when there is none, or it is too large or not UTF-8
   */
  static String of(APIGatewayV2HTTPEvent event) throws Refusal {
    String body = event.getBody();
    if (body == null) {
      throw new Refusal(Refusal.Reason.EMPTY_BODY);
    }
    String text = event.getIsBase64Encoded() ? decode(body) : checked(body);
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      throw new Refusal(Refusal.Reason.EMPTY_BODY);
    }
    return text;
  }

  private static String decode(String base64) throws Refusal {
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
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(Refusal.Reason.INVALID_ENCODING);
    }
  }

  private static String checked(String body) throws Refusal {
    requireSize(body.length());
    try {
      requireSize(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(body)).remaining());
    } catch (CharacterCodingException e) {
      throw new Refusal(Refusal.Reason.INVALID_ENCODING);
    }
    return body;
  }

  private static void requireSize(int bytes) throws Refusal {
    if (bytes > Limits.BODY_BYTES) {
      throw new Refusal(Refusal.Reason.BODY_TOO_LARGE);
    }
  }
}
