package io.clickstream.ingest.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.event.Limits;
import io.clickstream.event.StrictJson;
import io.clickstream.ingest.http.RequestRejectedException;
import io.clickstream.ingest.http.RequestRejectedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of a request body, which is one JSON object or an array of JSON objects.
 *
 * @param events the events in the order sent, at least one
 * @param batch true when the body is an array
 */
public record Payload(List<ClientEvent> events, boolean batch) {

  /** Allows one level more than an event may have: the array around the events. */
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
   * Parses a body as strict JSON: an object with at least one field of the client's own, or an
   * array of up to {@link Limits#BATCH_EVENTS} such objects with an event id each.
   *
   * @throws RequestRejectedException when the body is anything else
   */
  public static Payload parse(String text) throws RequestRejectedException {
    JsonFactory json = startsArray(text) ? ARRAYS : StrictJson.FACTORY;
    try (JsonParser parser = json.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new RequestRejectedException(Reason.EMPTY_BODY);
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
        throw new RequestRejectedException(Reason.INVALID_JSON);
      }
      if (payload == null) {
        throw new RequestRejectedException(Reason.NOT_AN_OBJECT);
      }
      payload.requireEvents();
      return payload;
    } catch (StreamConstraintsException e) {
      throw new RequestRejectedException(Reason.JSON_TOO_COMPLEX);
    } catch (JsonProcessingException e) {
      throw new RequestRejectedException(Reason.INVALID_JSON);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory.", e);
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
      throws IOException, RequestRejectedException {
    List<ClientEvent> items = new ArrayList<>();
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      if (item != JsonToken.START_OBJECT) {
        parser.finishToken();
        throw RequestRejectedException.ofItem(Reason.NOT_AN_OBJECT, items.size());
      }
      if (items.size() == Limits.BATCH_EVENTS) {
        throw new RequestRejectedException(Reason.ARRAY_TOO_LONG);
      }
      items.add(ClientEvent.read(parser, text));
    }
    return items;
  }

  private void requireEvents() throws RequestRejectedException {
    if (events.isEmpty()) {
      throw new RequestRejectedException(Reason.EMPTY_ARRAY);
    }
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).isEmpty()) {
        throw batch
            ? RequestRejectedException.ofItem(Reason.EMPTY_OBJECT, i)
            : new RequestRejectedException(Reason.EMPTY_OBJECT);
      }
      if (events.get(i).hasTooLongName()) {
        throw batch
            ? RequestRejectedException.ofItem(Reason.EVENT_NAME_TOO_LONG, i)
            : new RequestRejectedException(Reason.EVENT_NAME_TOO_LONG);
      }
      if (batch && !events.get(i).hasEventId()) {
        throw RequestRejectedException.ofItem(Reason.MISSING_EVENT_ID, i);
      }
    }
  }
}
