package io.clickstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.http.GatewayRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Fuzz target: the function's event, as API Gateway sends it.
 *
 * <p>Any JSON gets a response that blames the request or accepts it. Only input that is not JSON,
 * which the gateway never sends, is the function's own error.
 */
public final class GatewayEventTarget {

  private static final FunctionUnderTest FUNCTION = new FunctionUnderTest();

  private GatewayEventTarget() {}

  public static void fuzzerTestOneInput(byte[] event) {
    FunctionUnderTest.Reply reply = FUNCTION.call(event);
    if (isJson(event)) {
      assertThat(reply.status()).as(FUNCTION.lines().toString()).isBetween(200, 499);
    } else {
      assertThat(reply.status()).isEqualTo(500);
      assertThat(FUNCTION.logged().get("detail").asText()).contains("it is not JSON");
    }
    assertThat(FUNCTION.lines()).hasSize(1);
    FUNCTION.lines().clear();
    FUNCTION.stored().all().clear();
  }

  private static boolean isJson(byte[] event) {
    try {
      GatewayRequest.read(new ByteArrayInputStream(event));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
