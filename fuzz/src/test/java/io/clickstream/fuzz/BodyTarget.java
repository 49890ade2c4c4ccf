package io.clickstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.Requests;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Fuzz target: the body of a POST, one object or an array.
 *
 * <p>The function accepts the body or names its fault, and does so alike for text and for base64.
 */
public final class BodyTarget {

  private static final FunctionUnderTest FUNCTION = new FunctionUnderTest();

  private BodyTarget() {}

  public static void fuzzerTestOneInput(byte[] body) {
    FunctionUnderTest.Reply reply =
        FUNCTION.call(Requests.postingBase64(Base64.getEncoder().encodeToString(body)));
    assertThat(reply.status()).as(FUNCTION.lines().toString()).isIn(200, 400, 413);
    assertThat(FUNCTION.stored().all().isEmpty()).isEqualTo(reply.status() != 200);
    String text = text(body);
    if (text == null) {
      assertThat(reply.status()).isEqualTo(400);
    } else {
      assertThat(FUNCTION.post(text)).isEqualTo(reply);
    }
    FUNCTION.lines().clear();
    FUNCTION.stored().all().clear();
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
