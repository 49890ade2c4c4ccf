package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Fuzz target: the bytes of a record.
 *
 * <p>The reader decodes UTF-8 itself. Jackson's parser of bytes must accept the same records and
 * read the same tree.
 */
public final class RecordReaderTarget {

  /** Jackson's own bound on names, which the reader lifts. */
  private static final int LONGEST_NAME = 50_000;

  private static final JsonFactory BYTES = StrictJson.FACTORY;
  private static final RecordReader READER = new RecordReader();

  private RecordReaderTarget() {}

  public static void fuzzerTestOneInput(byte[] body) {
    if (body.length > LONGEST_NAME) {
      return;
    }
    Map<String, Object> record = null;
    try {
      record = READER.read(body, body.length);
      assertThat(record).isNotEmpty();
    } catch (RejectedRecordException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
    if (isUtf8(body)) {
      assertThat(record).isEqualTo(readBytes(body));
    } else {
      assertThat(record).isNull();
    }
  }

  /** Returns the object, or null if the bytes are not one non-empty object. */
  private static Map<String, Object> readBytes(byte[] body) {
    try (JsonParser parser = BYTES.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Map<String, Object> record = JsonTree.readRecord(parser);
      return parser.nextToken() != null || record.isEmpty() ? null : record;
    } catch (IOException e) {
      return null;
    }
  }

  /** Jackson would take a NUL among the first bytes for UTF-16 or UTF-32. */
  private static boolean isUtf8(byte[] body) {
    for (int i = 0; i < Math.min(4, body.length); i++) {
      if (body[i] == 0) {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
