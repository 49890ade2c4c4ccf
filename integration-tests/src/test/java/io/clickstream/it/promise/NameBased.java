package io.clickstream.it.promise;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes version 5 UUIDs by RFC 9562 on hexadecimal text, independently of the platform. */
final class NameBased {

  private static final String BASE = "7d1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10";
  private static final String EVENT_ID = of(BASE, "event-id");
  private static final String OBJECT_KEY = of(BASE, "object-key");
  private static final String SESSION = of(BASE, "session");

  private NameBased() {}

  static String ofEventId(String text) {
    return of(EVENT_ID, text);
  }

  static String ofObjectKey(String key) {
    return of(OBJECT_KEY, key);
  }

  static String ofSession(String visitor, String firstEvent) {
    return of(SESSION, "v1\n" + visitor + "\n" + firstEvent);
  }

  private static String of(String namespace, String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(HexFormat.of().parseHex(namespace.replace("-", "")));
      String hex = HexFormat.of().formatHex(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
      String variant = Integer.toHexString(8 + Integer.parseInt(hex.substring(16, 17), 16) % 4);
      return String.join(
          "-",
          hex.substring(0, 8),
          hex.substring(8, 12),
          "5" + hex.substring(13, 16),
          variant + hex.substring(17, 20),
          hex.substring(20, 32));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
