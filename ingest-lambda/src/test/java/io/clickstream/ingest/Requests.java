package io.clickstream.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Gateway requests: recorded ones from {@code resources/events}, and variations of them. */
public final class Requests {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Requests() {}

  public static ObjectNode recorded(String name) {
    try (InputStream resource = Requests.class.getResourceAsStream("/events/" + name + ".json")) {
      return (ObjectNode) MAPPER.readTree(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ObjectNode posting(String body) {
    return recorded("plain").put("body", body);
  }

  public static ObjectNode postingBase64(String base64) {
    return posting(base64).put("isBase64Encoded", true);
  }

  public static ObjectNode postingBase64Of(String body) {
    return postingBase64(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
  }

  public static ObjectNode withHeader(ObjectNode event, String name, String value) {
    ((ObjectNode) event.get("headers")).put(name, value);
    return event;
  }

  public static ObjectNode withHttp(ObjectNode event, String name, String value) {
    ((ObjectNode) event.at("/requestContext/http")).put(name, value);
    return event;
  }

  public static String bodyOf(ObjectNode event) {
    return event.get("body").asText();
  }
}
