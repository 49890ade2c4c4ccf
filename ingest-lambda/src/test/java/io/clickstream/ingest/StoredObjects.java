package io.clickstream.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A store in memory that can be told to fail. */
final class StoredObjects implements ObjectStore {

  private final Map<String, String> objects = new ConcurrentSkipListMap<>();
  private volatile String failing;

  @Override
  public void putNew(RawObject object, Deadline deadline) throws IOException {
    String body = new String(object.body(), StandardCharsets.UTF_8);
    if (failing != null && body.contains(failing)) {
      throw new IOException("S3 answered 503 SlowDown");
    }
    if (objects.putIfAbsent(object.key(), body) != null) {
      throw new IOException("the key is taken");
    }
  }

  /** From now on objects with that text can't be stored. */
  void failOn(String text) {
    failing = text;
  }

  Map<String, String> all() {
    return objects;
  }

  /** The objects in the order of their events' times. */
  List<String> inOrder() {
    List<String> bodies = new ArrayList<>(objects.values());
    bodies.sort(Comparator.comparing(StoredObjects::receivedAt));
    return bodies;
  }

  static String receivedAt(String object) {
    return FunctionUnderTest.parsed(object).at("/_ingest/receivedAt").asText();
  }

  String only() {
    if (objects.size() != 1) {
      throw new AssertionError(objects.size() + " objects were stored");
    }
    return objects.values().iterator().next();
  }
}
