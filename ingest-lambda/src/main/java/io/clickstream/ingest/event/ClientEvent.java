package io.clickstream.ingest.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.CleanText;
import io.clickstream.event.EventNames;
import io.clickstream.event.Identity;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One event as its client sent it, without any {@code _ingest} field at its top level.
 *
 * <p>The event is a list of ranges of the body's text, not a tree: number literals, field order,
 * white space inside values and duplicate names reach the raw object unchanged.
 */
public final class ClientEvent {

  /** The usual length of {@code _ingest}, for the first size of a buffer. */
  private static final int METADATA_CHARS = 512;

  private static final List<String> EVENT_ID = List.of("eventId", "event_id");

  /** The fields that identify a visitor, best first, in the order that the job uses. */
  private static final List<List<String>> VISITOR =
      List.of(
          List.of("clientId", "client_id"),
          List.of("userId", "user_id"),
          List.of("sessionId", "session_id"),
          EVENT_ID);

  private static final List<String> EVENT_NAME = List.of("eventName", "event_name");

  private static final Set<String> NOTED =
      Set.of(
          "eventName",
          "event_name",
          "eventId",
          "event_id",
          "clientId",
          "client_id",
          "userId",
          "user_id",
          "sessionId",
          "session_id");

  private final String text;

  /** The start and end of each field in the text. */
  private final int[] ranges;

  private final Map<String, String> noted;

  private ClientEvent(String text, int[] ranges, Map<String, String> noted) {
    this.text = text;
    this.ranges = ranges;
    this.noted = noted;
  }

  /**
   * Reads one object to its end, and so validates all of it. Leaves out fields named {@code
   * _ingest}, also when the name is written with escapes.
   *
   * <p>A field is cut where the next field's name begins, so that the cut depends on the positions
   * of names only.
   *
   * @param parser a parser of {@code text}, at the object's start; afterwards at its end
   * @param text the whole body
   */
  static ClientEvent read(JsonParser parser, String text) throws IOException {
    FieldRanges fields = new FieldRanges(text);
    Map<String, String> noted = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      fields.next(position(parser), !IngestMetadata.FIELD.equals(name));
      JsonToken value = parser.nextToken();
      if (NOTED.contains(name)) {
        // The last of duplicate names counts, as in the job, even when it is unusable.
        noted.put(name, isText(value) ? CleanText.of(parser.getText()) : null);
      }
      parser.skipChildren();
      parser.finishToken();
    }
    return new ClientEvent(text, fields.end(position(parser)), noted);
  }

  private static int position(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  /** Returns true for the values that the job reads as text, literals of numbers included. */
  private static boolean isText(JsonToken value) {
    return value.isScalarValue() && value != JsonToken.VALUE_NULL;
  }

  /** Collects the ranges of the fields that are kept. */
  private static final class FieldRanges {

    private static final int USUAL_FIELDS = 24;

    private final String text;
    private int[] ranges = new int[USUAL_FIELDS * 2];
    private int count;
    private int start;
    private boolean open;

    FieldRanges(String text) {
      this.text = text;
    }

    /**
     * Begins a field.
     *
     * @param position the position of its name
     * @param keep true to keep the field
     */
    void next(int position, boolean keep) {
      if (open) {
        close(position);
      }
      start = position;
      open = keep;
    }

    /** Returns the ranges when the object ends at a position. */
    int[] end(int position) {
      if (open) {
        close(position);
      }
      return Arrays.copyOf(ranges, count);
    }

    /** Ends the open range before the white space and the comma that precede a position. */
    private void close(int position) {
      int end = withoutTrailingSpace(position);
      if (text.charAt(end - 1) == ',') {
        end = withoutTrailingSpace(end - 1);
      }
      if (count == ranges.length) {
        ranges = Arrays.copyOf(ranges, 2 * count);
      }
      ranges[count++] = start;
      ranges[count++] = end;
    }

    private int withoutTrailingSpace(int end) {
      int last = end;
      while (isSpace(text.charAt(last - 1))) {
        last--;
      }
      return last;
    }

    private static boolean isSpace(char c) {
      return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
  }

  /** Returns true when the client sent no field of its own. */
  boolean isEmpty() {
    return ranges.length == 0;
  }

  /** Returns true when the event has an id by which the job recognizes a duplicate. */
  public boolean hasEventId() {
    return usable(EVENT_ID).isPresent();
  }

  /** Returns true when the job would reject the event because its name is too long. */
  boolean hasTooLongName() {
    return EVENT_NAME.stream()
        .map(noted::get)
        .filter(Objects::nonNull)
        .findFirst()
        .filter(EventNames::isTooLong)
        .isPresent();
  }

  /** Returns the visitor's id; empty when the event has none. */
  public Optional<String> visitor() {
    return VISITOR.stream().map(this::usable).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> usable(List<String> names) {
    return names.stream()
        .map(noted::get)
        .filter(identity -> !Identity.isAbsent(identity))
        .findFirst();
  }

  /** Returns the text of the client's fields, without the braces. */
  String fields() {
    StringBuilder fields = new StringBuilder();
    appendFields(fields);
    return fields.toString();
  }

  private void appendFields(StringBuilder target) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (i > 0) {
        target.append(',');
      }
      target.append(text, ranges[i], ranges[i + 1]);
    }
  }

  /** Returns the raw object in UTF-8: the client's fields, then {@code _ingest}. */
  public byte[] rawObject(IngestMetadata metadata) {
    return encoded(object(metadata));
  }

  /**
   * Returns the raw object as one line of a batch object, with its line feed. Line breaks between
   * tokens become blanks; JSON allows none inside a string.
   */
  public byte[] rawLine(IngestMetadata metadata) {
    StringBuilder line = object(metadata);
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\n' || line.charAt(i) == '\r') {
        line.setCharAt(i, ' ');
      }
    }
    return encoded(line.append('\n'));
  }

  private StringBuilder object(IngestMetadata metadata) {
    StringWriter block = new StringWriter(METADATA_CHARS);
    try (JsonGenerator json = StrictJson.FACTORY.createGenerator(block)) {
      metadata.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    int fieldChars = ranges[ranges.length - 1] - ranges[0];
    StringBuilder object = new StringBuilder(fieldChars + METADATA_CHARS).append('{');
    appendFields(object);
    return object
        .append(",\"")
        .append(IngestMetadata.FIELD)
        .append("\":")
        .append(block.getBuffer())
        .append('}');
  }

  private static byte[] encoded(StringBuilder object) {
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    assert bytes.length <= Limits.RECORD_BYTES : "the job would reject the object";
    return bytes;
  }
}
