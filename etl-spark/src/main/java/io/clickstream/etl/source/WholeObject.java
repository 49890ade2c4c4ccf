package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * An object with all of its bytes, or the reason why it has none.
 *
 * @param index its position in the list of objects
 * @param object null if it was not read
 * @param failure null if it was read, or deleted after the listing
 */
record WholeObject(int index, PackedObject object, String failure) {

  /** Reads an object. One whose size is not as listed is not read: somebody is changing it. */
  static WholeObject read(
      RawStore store, StoreCircuitBreaker breaker, int index, ListedObject listed) {
    String key = listed.key().relative();
    if (!breaker.allowsRead()) {
      return new WholeObject(index, null, breaker.toString());
    }
    try {
      byte[] body = store.read(listed, in -> read(in, listed.size()));
      breaker.recordResponse();
      return new WholeObject(index, new PackedObject(key, listed.lastModifiedMicros(), body), null);
    } catch (FileNotFoundException e) {
      breaker.recordResponse();
      return missing(store, index, listed, e);
    } catch (IOException e) {
      if (ReadRetry.isTransient(e)) {
        breaker.recordFailure(e);
      } else {
        breaker.recordResponse();
      }
      return new WholeObject(index, null, ErrorMessage.of(e));
    }
  }

  private static byte[] read(InputStream in, long size) throws IOException {
    byte[] body = in.readNBytes(Math.toIntExact(size));
    if (body.length < size || in.read() >= 0) {
      throw new IOException("is not of %d bytes, as listed".formatted(size));
    }
    return body;
  }

  /** A local file without read permission is reported as "not found" too, but it exists. */
  private static WholeObject missing(
      RawStore store, int index, ListedObject listed, FileNotFoundException thrown) {
    try {
      return new WholeObject(
          index, null, store.exists(listed.key()) ? ErrorMessage.of(thrown) : null);
    } catch (IOException e) {
      return new WholeObject(index, null, ErrorMessage.of(e));
    }
  }
}
