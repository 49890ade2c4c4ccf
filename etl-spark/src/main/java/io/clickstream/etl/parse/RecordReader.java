package io.clickstream.etl.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads the bytes of a record into a {@link JsonTree}, or rejects them.
 *
 * <p>A record is valid UTF-8 with at most one byte order mark. It holds one non-empty JSON object
 * and nothing after it. Keeps its buffer between records; not thread-safe.
 */
final class RecordReader {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private static final JsonFactory JSON = withNamesOfAnyLength();

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  private char[] chars = new char[4_096];

  /**
   * Reads a record.
   *
   * @param body the record's bytes; only the first ones if the record is too large
   * @param length the record's full length in bytes
   */
  Map<String, Object> read(byte[] body, long length) throws RejectedRecordException {
    if (length > Limits.RECORD_BYTES) {
      throw new RejectedRecordException(
          Rejection.TOO_LARGE, length + " bytes, the limit is " + Limits.RECORD_BYTES);
    }
    int start = startsWithByteOrderMark(body) ? BYTE_ORDER_MARK.length : 0;
    int decoded = decode(body, start);
    try (JsonParser parser = JSON.createParser(chars, 0, decoded)) {
      return readObject(parser);
    } catch (StreamConstraintsException e) {
      throw new RejectedRecordException(
          Rejection.TOO_DEEP, "nested deeper than " + Limits.JSON_DEPTH + " levels");
    } catch (JsonProcessingException e) {
      throw new RejectedRecordException(Rejection.INVALID_JSON, "not JSON" + at(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a record from memory.", e);
    }
  }

  /**
   * Returns a factory that allows names up to the size of a record.
   *
   * <p>Jackson bounds names since 2.16. The version of Spark 3.5 has neither the bound nor the
   * setter, so the setter is called by reflection.
   */
  private static JsonFactory withNamesOfAnyLength() {
    StreamReadConstraints.Builder bounds = StrictJson.FACTORY.streamReadConstraints().rebuild();
    try {
      StreamReadConstraints.Builder.class
          .getMethod("maxNameLength", int.class)
          .invoke(bounds, Limits.RECORD_BYTES);
    } catch (NoSuchMethodException e) {
      return StrictJson.FACTORY;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot set the greatest length of a JSON name.", e);
    }
    return StrictJson.FACTORY.rebuild().streamReadConstraints(bounds.build()).build();
  }

  private static Map<String, Object> readObject(JsonParser parser)
      throws IOException, RejectedRecordException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new RejectedRecordException(Rejection.EMPTY, "no JSON value");
    }
    if (first != JsonToken.START_OBJECT) {
      if (first == JsonToken.START_ARRAY) {
        parser.skipChildren();
      } else {
        parser.finishToken();
      }
      rejectTrailingContent(parser);
      throw new RejectedRecordException(
          Rejection.NOT_AN_OBJECT,
          first == JsonToken.START_ARRAY ? "an array, not an object" : "a scalar, not an object");
    }
    Map<String, Object> fields = JsonTree.readRecord(parser);
    rejectTrailingContent(parser);
    if (fields.isEmpty()) {
      throw new RejectedRecordException(Rejection.EMPTY_OBJECT, "an object without fields");
    }
    return fields;
  }

  private static void rejectTrailingContent(JsonParser parser)
      throws IOException, RejectedRecordException {
    JsonLocation end = parser.currentLocation();
    JsonToken trailing;
    try {
      trailing = parser.nextToken();
    } catch (JsonProcessingException e) {
      throw new RejectedRecordException(
          Rejection.TRAILING_CONTENT, "something follows the JSON value" + at(end));
    }
    if (trailing != null) {
      throw new RejectedRecordException(
          Rejection.TRAILING_CONTENT, "something follows the JSON value" + at(end));
    }
  }

  private int decode(byte[] body, int start) throws RejectedRecordException {
    if (chars.length < body.length) {
      chars = new char[Math.max(body.length, chars.length * 2)];
    }
    int plain = endOfAscii(body, start);
    new String(body, start, plain - start, StandardCharsets.ISO_8859_1)
        .getChars(0, plain - start, chars, 0);
    if (plain == body.length) {
      return plain - start;
    }
    ByteBuffer in = ByteBuffer.wrap(body, plain, body.length - plain);
    CharBuffer out = CharBuffer.wrap(chars).position(plain - start);
    decoder.reset();
    CoderResult result = decoder.decode(in, out, true);
    if (!result.isError()) {
      result = decoder.flush(out);
    }
    if (result.isError()) {
      throw new RejectedRecordException(
          Rejection.INVALID_UTF8, "not UTF-8 at byte " + (in.position() + 1));
    }
    return out.position();
  }

  /**
   * Returns the end of the leading ASCII bytes, which need no decoder. Tests eight bytes at once.
   */
  private static int endOfAscii(byte[] body, int start) {
    int end = start;
    while (end + Long.BYTES <= body.length && ((long) LONGS.get(body, end) & NOT_ASCII) == 0) {
      end += Long.BYTES;
    }
    while (end < body.length && body[end] >= 0) {
      end++;
    }
    return end;
  }

  private static boolean startsWithByteOrderMark(byte[] body) {
    if (body.length < BYTE_ORDER_MARK.length) {
      return false;
    }
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (body[i] != BYTE_ORDER_MARK[i]) {
        return false;
      }
    }
    return true;
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
