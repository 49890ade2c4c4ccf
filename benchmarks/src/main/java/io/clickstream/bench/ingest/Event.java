package io.clickstream.bench.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The gateway's event that is posted: a product view of usual size. */
final class Event {

  static final byte[] JSON = read();
  static final String TRACE_ID = "Root=1-67891233-abcdef012345678912345678";

  private Event() {}

  private static byte[] read() {
    try (InputStream in = Event.class.getResourceAsStream("event.json")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
