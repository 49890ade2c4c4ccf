package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.CleanText;
import io.clickstream.event.Identity;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One event as its client sent it, without any {@code _ingest} at its top level.
 *
 * <p>Its text is kept, not its tree: number literals, order, white space inside values and
 * duplicate names reach the raw object as they came.
 */
final class ClientEvent {

  /** About what {@code _ingest} takes; only a buffer's first size. */
  private static final int RECEPTION_CHARS = 512;

  private static final List<String> EVENT_ID = List.of("eventId", "event_id");

  /** Who made the event, best first, as the job tells visitors apart. */
  private static final List<List<String>> VISITOR =
      List.of(
          List.of("clientId", "client_id"),
          List.of("userId", "user_id"),
          List.of("sessionId", "session_id"),
          EVENT_ID);

  private static final Set<String> IDENTITIES =
      Set.of(
          "eventId",
          "event_id",
          "clientId",
          "client_id",
          "userId",
          "user_id",
          "sessionId",
          "session_id");

  /** What stands between the braces: not blank, no comma at its end. */
  private final CharSequence members;

  private final Map<String, String> identities;

  private ClientEvent(CharSequence members, Map<String, String> identities) {
    this.members = members;
    this.identities = identities;
  }

  /**
   * Copies the text of an object's members in order, leaving out {@code _ingest} in whichever
   * spelling of escapes. Members are cut where the next one's name begins, so that the cut depends
   * on the places of names only.
   *
   * @param parser at the object's start; afterwards at its end
   * @param text that the parser reads
   */
  static ClientEvent read(JsonParser parser, String text) throws IOException {
    StringBuilder own = new StringBuilder();
    Map<String, String> identities = new HashMap<>();
    int start = -1;
    boolean keep = false;
    while (true) {
      JsonToken token = parser.nextToken();
      int place = (int) parser.currentTokenLocation().getCharOffset();
      if (keep) {
        append(own, text, start, place);
      }
      if (token == JsonToken.END_OBJECT) {
        return new ClientEvent(own, identities);
      }
      start = place;
      String name = parser.currentName();
      keep = !Reception.FIELD.equals(name);
      JsonToken value = parser.nextToken();
      if (IDENTITIES.contains(name)) {
        // The last of equal names counts, as for the job, also when it is of no use.
        identities.put(name, isText(value) ? CleanText.of(parser.getText()) : null);
      }
      // Reads the value to its end, so that all of it is checked.
      parser.skipChildren();
      parser.finishToken();
    }
  }

  /** What the job takes for text: the literals of numbers and booleans too. */
  private static boolean isText(JsonToken value) {
    return value.isScalarValue() && value != JsonToken.VALUE_NULL;
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

  /** Whether it has no field of the client's own. */
  boolean isEmpty() {
    return members.length() == 0;
  }

  /** Whether it has an id that the job can tell it by when it comes again. */
  boolean hasEventId() {
    return usable(EVENT_ID).isPresent();
  }

  /** Who made it; empty when it doesn't tell. */
  Optional<String> visitor() {
    return VISITOR.stream().map(this::usable).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> usable(List<String> names) {
    return names.stream()
        .map(identities::get)
        .filter(identity -> !Identity.isAbsent(identity))
        .findFirst();
  }

  /** What stands between its braces. */
  String text() {
    return members.toString();
  }

  /** The raw object: the client's members, then {@code _ingest}, in UTF-8. */
  byte[] received(Reception reception) {
    return bytes(object(reception));
  }

  /**
   * The same as a line of a batch object, line feed included. A line break in JSON is white space
   * between its tokens; a blank takes its place.
   */
  byte[] receivedLine(Reception reception) {
    StringBuilder line = object(reception);
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\n' || line.charAt(i) == '\r') {
        line.setCharAt(i, ' ');
      }
    }
    return bytes(line.append('\n'));
  }

  private StringBuilder object(Reception reception) {
    StringWriter ingest = new StringWriter(RECEPTION_CHARS);
    try (JsonGenerator json = StrictJson.FACTORY.createGenerator(ingest)) {
      reception.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new StringBuilder(members.length() + RECEPTION_CHARS)
        .append('{')
        .append(members)
        .append(",\"")
        .append(Reception.FIELD)
        .append("\":")
        .append(ingest.getBuffer())
        .append('}');
  }

  private static byte[] bytes(StringBuilder object) {
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    assert bytes.length <= Limits.RECORD_BYTES : "the job would reject it";
    return bytes;
  }
}
