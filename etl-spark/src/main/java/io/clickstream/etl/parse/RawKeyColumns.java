package io.clickstream.etl.parse;

import io.clickstream.event.RawKey;
import java.util.concurrent.TimeUnit;

/**
 * Computes {@code raw_hour}, {@code raw_id} and {@code raw_line}, which hold a record key in few
 * bytes. Keeps the last object's key, because the lines of a batch object follow each other; not
 * thread-safe.
 */
final class RawKeyColumns {

  private String lastObject = "";
  private int hour;
  private String id;

  void fill(EventRow row, String recordKey) {
    int hash = recordKey.indexOf('#');
    String object = hash < 0 ? recordKey : recordKey.substring(0, hash);
    if (!object.equals(lastObject)) {
      read(object);
    }
    row.set("raw_hour", hour);
    row.set("raw_id", id);
    row.set("raw_line", hash < 0 ? null : Integer.valueOf(recordKey.substring(hash + 1)));
  }

  private void read(String object) {
    RawKey key =
        RawKey.parse(object)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot split the key '" + object + "': it is not that of a raw object."));
    hour = (int) TimeUnit.SECONDS.toHours(key.hour().getEpochSecond());
    id = key.id().toString();
    lastObject = object;
  }
}
