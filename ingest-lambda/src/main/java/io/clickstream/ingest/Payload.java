package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of a body: one JSON object, or an array of some.
 *
 * @param events at least one, in the order sent
 * @param batch whether they came in an array
 */
record Payload(List<ClientEvent> events, boolean batch) {

  /** The array around the events is one level more than an event may have. */
  private static final JsonFactory ARRAYS =
      StrictJson.FACTORY
          .rebuild()
          .streamReadConstraints(
              StrictJson.FACTORY
                  .streamReadConstraints()
                  .rebuild()
                  .maxNestingDepth(Limits.JSON_DEPTH + 1)
                  .build())
          .build();

  /**
   * Checks that a text is strict JSON: an object with at least one field of the client's own, or an
   * array of up to {@link Limits#BATCH_EVENTS} such objects, each with an event id.
   *
   * @throws Refusal for anything else
   */
  static Payload parse(String text) throws Refusal {
    JsonFactory json = startsArray(text) ? ARRAYS : StrictJson.FACTORY;
    try (JsonParser parser = json.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new Refusal(Refusal.Reason.EMPTY_BODY);
      }
      Payload payload =
          switch (first) {
            case START_OBJECT -> new Payload(List.of(ClientEvent.read(parser, text)), false);
            case START_ARRAY -> new Payload(items(parser, text), true);
            default -> {
              parser.finishToken();
              yield null;
            }
          };
      if (parser.nextToken() != null) {
        throw new Refusal(Refusal.Reason.INVALID_JSON);
      }
      if (payload == null) {
        throw new Refusal(Refusal.Reason.NOT_AN_OBJECT);
      }
      payload.requireEvents();
      return payload;
    } catch (StreamConstraintsException e) {
      throw new Refusal(Refusal.Reason.JSON_TOO_COMPLEX);
    } catch (JsonProcessingException e) {
      throw new Refusal(Refusal.Reason.INVALID_JSON);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static boolean startsArray(String text) {
    int start = 0;
    while (start < text.length() && text.charAt(start) <= ' ') {
      start++;
    }
    return start < text.length() && text.charAt(start) == '[';
  }

  private static List<ClientEvent> items(JsonParser parser, String text)
      throws IOException, Refusal {
    List<ClientEvent> items = new ArrayList<>();
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      if (item != JsonToken.START_OBJECT) {
        parser.finishToken();
        throw Refusal.ofItem(Refusal.Reason.NOT_AN_OBJECT, items.size());
      }
      if (items.size() == Limits.BATCH_EVENTS) {
        throw new Refusal(Refusal.Reason.ARRAY_TOO_LONG);
      }
      items.add(ClientEvent.read(parser, text));
    }
    return items;
  }

  private void requireEvents() throws Refusal {
    if (events.isEmpty()) {
      throw new Refusal(Refusal.Reason.EMPTY_ARRAY);
    }
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).isEmpty()) {
        throw batch
            ? Refusal.ofItem(Refusal.Reason.EMPTY_OBJECT, i)
            : new Refusal(Refusal.Reason.EMPTY_OBJECT);
      }
      if (batch && !events.get(i).hasEventId()) {
        throw Refusal.ofItem(Refusal.Reason.MISSING_EVENT_ID, i);
      }
    }
  }
}
