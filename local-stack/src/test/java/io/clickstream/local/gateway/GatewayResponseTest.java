package io.clickstream.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GatewayResponseTest {

  @Test
  void parsesStatusHeadersCookiesAndBody() throws IOException {
    GatewayResponse response =
        read(
            "{\"statusCode\":405,\"headers\":{\"Allow\":\"POST\",\"x-none\":null},"
                + "\"multiValueHeaders\":{\"a\":[\"b\"]},\"cookies\":[\"s=1\"],"
                + "\"body\":\"é\",\"isBase64Encoded\":false}");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsOnlyKeys("allow").containsEntry("allow", "POST");
    assertThat(response.cookies()).containsExactly("s=1");
    assertThat(response.body()).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void decodesABodyInBase64() throws IOException {
    assertThat(read("{\"statusCode\":200,\"body\":\"AAE=\",\"isBase64Encoded\":true}").body())
        .containsExactly(0, 1);
  }

  @Test
  void treatsNullAsAbsent() throws IOException {
    GatewayResponse response =
        read("{\"statusCode\":204,\"headers\":null,\"cookies\":null,\"body\":null}");

    assertThat(response.status()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void jsonWithoutAStatusCodeIsTheBodyOfStatus200() throws IOException {
    assertThat(read("{\"x\":1}").status()).isEqualTo(200);
    assertThat(read("{\"x\":1}").body()).isEqualTo("{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(read("\"text\"").status()).isEqualTo(200);
  }

  @Test
  void rejectsInvalidResponses() {
    assertThatThrownBy(() -> read("{\"statusCode\":\"x\"}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("<html>")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"statusCode\":200,\"body\":\"%\",\"isBase64Encoded\":true}"))
        .isInstanceOf(IOException.class);
  }

  private static GatewayResponse read(String json) throws IOException {
    return GatewayResponse.ofFunction(json.getBytes(StandardCharsets.UTF_8));
  }
}
