package io.clickstream.ingest;

import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.ObjectStore;
import io.clickstream.ingest.store.RawObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** An object store in memory that fails on request. */
public final class StoredObjects implements ObjectStore {

  private final Map<String, String> objects = new ConcurrentSkipListMap<>();
  private volatile String failing;

  @Override
  public void putNew(RawObject object, Deadline deadline) throws IOException {
    String body = new String(object.body(), StandardCharsets.UTF_8);
    if (failing != null && body.contains(failing)) {
      throw new IOException("Cannot store the object: S3 answered 503 SlowDown.");
    }
    if (objects.putIfAbsent(object.key(), body) != null && !object.repeatable()) {
      throw new IOException("the key exists");
    }
  }

  /** Makes all later PUTs of objects with a given text fail. */
  public void failOn(String text) {
    failing = text;
  }

  /** Returns the bodies by key. */
  public Map<String, String> all() {
    return objects;
  }

  /** Returns the bodies in the order of their times of reception. */
  public List<String> inOrder() {
    List<String> bodies = new ArrayList<>(objects.values());
    bodies.sort(Comparator.comparing(StoredObjects::receivedAt));
    return bodies;
  }

  public static String receivedAt(String object) {
    return FunctionUnderTest.parsed(object).at("/_ingest/receivedAt").asText();
  }

  /** Returns the body of the only object. */
  public String only() {
    if (objects.size() != 1) {
      throw new AssertionError(objects.size() + " objects were stored");
    }
    return objects.values().iterator().next();
  }
}
