package io.clickstream.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A store in memory that can be told to fail. */
final class StoredObjects implements ObjectStore {

  private final Map<String, String> objects = new LinkedHashMap<>();
  private boolean failing;

  @Override
  public void putNew(String key, byte[] body) throws IOException {
    if (failing) {
      throw new IOException("S3 answered 503 SlowDown");
    }
    if (objects.putIfAbsent(key, new String(body, StandardCharsets.UTF_8)) != null) {
      throw new IOException("the key is taken");
    }
  }

  void fail() {
    failing = true;
  }

  Map<String, String> all() {
    return objects;
  }

  String only() {
    if (objects.size() != 1) {
      throw new AssertionError(objects.size() + " objects were stored");
    }
    return objects.values().iterator().next();
  }
}
