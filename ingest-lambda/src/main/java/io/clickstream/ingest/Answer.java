package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.HashMap;
import java.util.Map;

/** The answers of the function, as the gateway passes them on. */
final class Answer {

  private static final int OK = 200;
  private static final String STORED = "{\"success\":true}";

  private Answer() {}

  static APIGatewayV2HTTPResponse stored() {
    return json(OK, Map.of(), STORED);
  }

  /** Codes and messages are constants without a character that JSON would escape. */
  static APIGatewayV2HTTPResponse refused(Refusal.Reason reason) {
    String body =
        "{\"success\":false,\"error\":\"%s\",\"message\":\"%s\"}"
            .formatted(reason.code(), reason.message());
    Map<String, String> headers =
        reason == Refusal.Reason.METHOD_NOT_ALLOWED ? Map.of("allow", "POST") : Map.of();
    return json(reason.status(), headers, body);
  }

  private static APIGatewayV2HTTPResponse json(
      int status, Map<String, String> furtherHeaders, String body) {
    Map<String, String> headers = new HashMap<>(furtherHeaders);
    headers.put("content-type", "application/json");
    headers.put("cache-control", "no-store");
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(headers)
        .withBody(body)
        .withIsBase64Encoded(false)
        .build();
  }
}
