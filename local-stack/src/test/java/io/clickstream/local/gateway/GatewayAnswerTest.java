package io.clickstream.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GatewayAnswerTest {

  @Test
  void readsStatusHeadersCookiesAndBody() throws IOException {
    GatewayAnswer answer =
        read(
            "{\"statusCode\":405,\"headers\":{\"Allow\":\"POST\",\"x-none\":null},"
                + "\"multiValueHeaders\":{\"a\":[\"b\"]},\"cookies\":[\"s=1\"],"
                + "\"body\":\"é\",\"isBase64Encoded\":false}");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsOnlyKeys("allow").containsEntry("allow", "POST");
    assertThat(answer.cookies()).containsExactly("s=1");
    assertThat(answer.body()).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void decodesABase64Body() throws IOException {
    assertThat(read("{\"statusCode\":200,\"body\":\"AAE=\",\"isBase64Encoded\":true}").body())
        .containsExactly(0, 1);
  }

  @Test
  void nullsAreAbsent() throws IOException {
    GatewayAnswer answer =
        read("{\"statusCode\":204,\"headers\":null,\"cookies\":null,\"body\":null}");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void jsonWithoutAStatusIsTheBodyOfA200() throws IOException {
    assertThat(read("{\"x\":1}").status()).isEqualTo(200);
    assertThat(read("{\"x\":1}").body()).isEqualTo("{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(read("\"text\"").status()).isEqualTo(200);
  }

  @Test
  void whatIsNoJsonFails() {
    assertThatThrownBy(() -> read("{\"statusCode\":\"x\"}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("<html>")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"statusCode\":200,\"body\":\"%\",\"isBase64Encoded\":true}"))
        .isInstanceOf(IOException.class);
  }

  private static GatewayAnswer read(String json) throws IOException {
    return GatewayAnswer.ofFunction(json.getBytes(StandardCharsets.UTF_8));
  }
}
