package io.clickstream.etl.schema;

import io.clickstream.etl.schema.ErasureRequest.Kind;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The ids of all applied erasure requests. Tells whether a record is to be erased.
 *
 * <p>Not thread-safe while ids are added.
 */
public final class ErasedIds implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What {@code parse} stores in place of an id that is too long, before the digits. */
  private static final String LONG_ID = "sha256:";

  private final long requests;
  private transient Map<Kind, Map<String, Long>> latest = new EnumMap<>(Kind.class);

  /**
   * Creates the set without ids.
   *
   * @param requests number of requests whose ids will be added
   */
  public ErasedIds(long requests) {
    this.requests = requests;
    for (Kind kind : Kind.values()) {
      latest.put(kind, new HashMap<>());
    }
  }

  /** Returns the set of a warehouse without requests. */
  public static ErasedIds none() {
    return new ErasedIds(0);
  }

  /**
   * Adds an id.
   *
   * @param receivedBeforeMicros the id matches records that were received before this time
   */
  public void add(Kind kind, String id, long receivedBeforeMicros) {
    latest.get(kind).merge(id, receivedBeforeMicros, Math::max);
  }

  /** Returns the number of requests. */
  public long requests() {
    return requests;
  }

  /** Returns true if no record can match. */
  public boolean isEmpty() {
    return latest.values().stream().allMatch(Map::isEmpty);
  }

  /**
   * Returns true if a request matches an event.
   *
   * @param recordKey key of the record
   * @param clientId its {@code client_id}, or null
   * @param userId its {@code user_id}, or null
   * @param receivedMicros its {@code event_timestamp}
   */
  public boolean matches(
      String recordKey, String eventId, String clientId, String userId, long receivedMicros) {
    return matchesHash(Kind.CLIENT, clientId, receivedMicros)
        || matchesHash(Kind.USER, userId, receivedMicros)
        || contains(Kind.EVENT, eventId, receivedMicros)
        || matchesKey(recordKey);
  }

  /** Returns true if a request names a record, or the object that it is in. */
  public boolean matchesKey(String recordKey) {
    Map<String, Long> keys = latest.get(Kind.OBJECT);
    if (keys.isEmpty()) {
      return false;
    }
    int line = recordKey.indexOf('#');
    return keys.containsKey(recordKey)
        || line >= 0 && keys.containsKey(recordKey.substring(0, line));
  }

  /** Writes ids and times one after another: as objects, many of them take several times longer. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    for (Kind kind : Kind.values()) {
      Map<String, Long> ids = latest.get(kind);
      out.writeInt(ids.size());
      for (Map.Entry<String, Long> id : ids.entrySet()) {
        out.writeUTF(id.getKey());
        out.writeLong(id.getValue());
      }
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    latest = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      int size = in.readInt();
      Map<String, Long> ids = new HashMap<>();
      for (int i = 0; i < size; i++) {
        ids.put(in.readUTF(), in.readLong());
      }
      latest.put(kind, ids);
    }
  }

  private boolean matchesHash(Kind kind, String id, long receivedMicros) {
    if (id == null || latest.get(kind).isEmpty()) {
      return false;
    }
    return contains(kind, ErasureRequest.sha256(id), receivedMicros)
        || id.startsWith(LONG_ID) && contains(kind, id.substring(LONG_ID.length()), receivedMicros);
  }

  private boolean contains(Kind kind, String id, long receivedMicros) {
    Long before = latest.get(kind).get(id);
    return before != null && receivedMicros < before;
  }
}
