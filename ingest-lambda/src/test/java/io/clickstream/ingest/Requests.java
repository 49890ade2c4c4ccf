package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Gateway events: recorded ones from {@code resources/events}, and variations of them. */
final class Requests {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Requests() {}

  static APIGatewayV2HTTPEvent recorded(String name) {
    try (InputStream resource = Requests.class.getResourceAsStream("/events/" + name + ".json")) {
      return MAPPER.readValue(resource, APIGatewayV2HTTPEvent.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static APIGatewayV2HTTPEvent posting(String body) {
    APIGatewayV2HTTPEvent event = recorded("plain");
    event.setBody(body);
    return event;
  }

  static APIGatewayV2HTTPEvent postingBase64(String base64) {
    APIGatewayV2HTTPEvent event = posting(base64);
    event.setIsBase64Encoded(true);
    return event;
  }
}
