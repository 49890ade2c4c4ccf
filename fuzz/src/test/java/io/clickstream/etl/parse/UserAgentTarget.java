package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.CleanText;
import java.nio.charset.StandardCharsets;

/** Fuzz target: a user agent, which is any text that a caller sends. */
public final class UserAgentTarget {

  private static final UserAgents USER_AGENTS = new UserAgents();

  private UserAgentTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = CleanText.of(new String(input, StandardCharsets.UTF_8));
    if (text == null) {
      return;
    }
    UserAgents.Device device = USER_AGENTS.of(text);
    assertThat(device.deviceCategory()).isIn("desktop", "mobile", "tablet", "server", "bot");
    assertThat(device.isBot()).isEqualTo(device.deviceCategory().equals("bot"));
    assertThat(new UserAgents().of(text)).isEqualTo(device);
  }
}
