package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * One event as its client sent it, without any {@code _ingest} at its top level.
 *
 * <p>Its text is kept, not its tree: number literals, order, white space inside values and
 * duplicate names reach the raw object as they came.
 */
final class ClientEvent {

  /** About what {@code _ingest} takes; only a buffer's first size. */
  private static final int RECEPTION_CHARS = 512;

  /** What stands between the braces: not blank, no comma at its end. */
  private final CharSequence members;

  private ClientEvent(CharSequence members) {
    this.members = members;
  }

  /**
   * Checks that a text is one strict JSON object with at least one field of the client's own.
   *
   * @throws Refusal for anything else
   */
  static ClientEvent parse(String text) throws Refusal {
    try (JsonParser parser = StrictJson.FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new Refusal(Refusal.Reason.EMPTY_BODY);
      }
      if (first != JsonToken.START_OBJECT) {
        skip(parser);
        requireEnd(parser);
        throw new Refusal(Refusal.Reason.NOT_AN_OBJECT);
      }
      CharSequence members = ownMembers(parser, text);
      requireEnd(parser);
      if (members.length() == 0) {
        throw new Refusal(Refusal.Reason.EMPTY_OBJECT);
      }
      return new ClientEvent(members);
    } catch (StreamConstraintsException e) {
      throw new Refusal(Refusal.Reason.JSON_TOO_COMPLEX);
    } catch (JsonProcessingException e) {
      throw new Refusal(Refusal.Reason.INVALID_JSON);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * Copies the text of the members in order, leaving out {@code _ingest} in whichever spelling of
   * escapes. Members are cut where the next one's name begins, so that the cut depends on the
   * places of names only.
   */
  private static CharSequence ownMembers(JsonParser parser, String text) throws IOException {
    StringBuilder own = new StringBuilder(text.length() + RECEPTION_CHARS);
    int start = -1;
    boolean keep = false;
    while (true) {
      JsonToken token = parser.nextToken();
      int place = (int) parser.currentTokenLocation().getCharOffset();
      if (keep) {
        append(own, text, start, place);
      }
      if (token == JsonToken.END_OBJECT) {
        return own;
      }
      start = place;
      keep = !Reception.FIELD.equals(parser.currentName());
      parser.nextToken();
      skip(parser);
    }
  }

  private static void append(StringBuilder own, String text, int start, int nextPlace) {
    int end = withoutTrailingSpace(text, nextPlace);
    if (text.charAt(end - 1) == ',') {
      end = withoutTrailingSpace(text, end - 1);
    }
    if (own.length() > 0) {
      own.append(',');
    }
    own.append(text, start, end);
  }

  private static int withoutTrailingSpace(String text, int end) {
    int last = end;
    while (isSpace(text.charAt(last - 1))) {
      last--;
    }
    return last;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  /** Reads a value to its end, so that all of it is checked. */
  private static void skip(JsonParser parser) throws IOException {
    parser.skipChildren();
    parser.finishToken();
  }

  private static void requireEnd(JsonParser parser) throws IOException, Refusal {
    if (parser.nextToken() != null) {
      throw new Refusal(Refusal.Reason.INVALID_JSON);
    }
  }

  /** The raw object: the client's members, then {@code _ingest}, in UTF-8. */
  byte[] received(Reception reception) {
    StringWriter ingest = new StringWriter(RECEPTION_CHARS);
    try (JsonGenerator json = StrictJson.FACTORY.createGenerator(ingest)) {
      reception.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    StringBuilder object = new StringBuilder(members.length() + RECEPTION_CHARS);
    object
        .append('{')
        .append(members)
        .append(",\"")
        .append(Reception.FIELD)
        .append("\":")
        .append(ingest.getBuffer())
        .append('}');
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    assert bytes.length <= Limits.RECORD_BYTES : "the job would reject it";
    return bytes;
  }
}
