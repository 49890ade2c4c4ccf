package io.clickstream.etl.parse;

/** Computes {@code is_bot} and {@code device_category} from {@code user_agent}. */
final class DeviceColumns {

  private final UserAgents userAgents = new UserAgents();

  void fill(EventRow row) {
    String userAgent = row.text("user_agent");
    if (userAgent == null) {
      row.set("is_bot", false);
      return;
    }
    UserAgents.Device device = userAgents.of(userAgent);
    row.set("is_bot", device.isBot());
    row.set("device_category", device.deviceCategory());
  }
}
