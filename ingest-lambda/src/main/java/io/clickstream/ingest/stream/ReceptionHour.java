package io.clickstream.ingest.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The hour under which the events of a record are stored: that of their request's reception, as
 * without a stream.
 */
public final class ReceptionHour {

  /**
   * Greatest distance of the time of reception from the arrival on the stream. The ingest function
   * puts records within seconds, and accepts a gateway's time that is up to an hour off.
   */
  private static final Duration MAX_DISTANCE = Duration.ofHours(2);

  private ReceptionHour() {}

  /**
   * Returns the hour of {@code _ingest.receivedAt} of the first line: all lines of a record are of
   * one request. A record without a usable one, which the ingest function never puts, gets the hour
   * of its arrival. So the job finds it, and rejects it if it is no event.
   */
  public static Instant of(ShardRecord item) {
    return receivedAt(item.data())
        .filter(time -> Duration.between(time, item.arrival()).abs().compareTo(MAX_DISTANCE) <= 0)
        .orElse(item.arrival())
        .truncatedTo(ChronoUnit.HOURS);
  }

  private static Optional<Instant> receivedAt(byte[] lines) {
    Optional<Instant> time = Optional.empty();
    try (JsonParser parser = StrictJson.FACTORY.createParser(lines)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return time;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isIngest = parser.currentName().equals("_ingest");
        if (parser.nextToken() == JsonToken.START_OBJECT && isIngest) {
          time = inBlock(parser);
        } else {
          parser.skipChildren();
        }
      }
      return time;
    } catch (IOException e) {
      // It is not JSON, so it has no time.
      return Optional.empty();
    }
  }

  private static Optional<Instant> inBlock(JsonParser parser) throws IOException {
    Optional<Instant> time = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isTime = parser.currentName().equals("receivedAt");
      if (parser.nextToken() == JsonToken.VALUE_STRING && isTime) {
        time = parsed(parser.getText());
      }
      parser.skipChildren();
    }
    return time;
  }

  private static Optional<Instant> parsed(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
