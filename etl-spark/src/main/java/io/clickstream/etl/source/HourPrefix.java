package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.time.Instant;
import java.util.Optional;

/** Parses the keys of event and batch objects of one hour, of which a pack has many. */
final class HourPrefix {

  private final Instant hour;
  private final String prefix;

  HourPrefix(Instant hour) {
    this.hour = hour;
    this.prefix = RawKey.hourPrefix(hour) + "/";
  }

  /** Returns the key; nothing if the text is null or is not the key of such an object. */
  Optional<RawKey> parse(String key) {
    return key == null || !key.startsWith(prefix)
        ? Optional.empty()
        : RawKey.inHour(hour, key.substring(prefix.length()))
            .filter(parsed -> parsed.kind() != RawKey.Kind.PACK);
  }
}
