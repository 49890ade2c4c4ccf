package io.clickstream.it.promise;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * An erasure request of a trial.
 *
 * @param objectKeys keys of objects and of lines; they match records of any time
 * @param before ids match records with an earlier time
 */
record Erasing(
    Set<String> clientIds,
    Set<String> userIds,
    Set<String> eventIds,
    Set<String> objectKeys,
    Instant before) {

  /** The ids by which requests match a record, as {@link Model} reads them. */
  record Ids(String eventId, String clientId, String userId, Instant timestamp) {}

  private static final Instant ALL_TIMES = Instant.parse("2100-12-31T23:59:59Z");
  private static final int MAX_RECORDS = 4;

  /** Returns a request that matches some of the records, also ones that are not loaded yet. */
  static Erasing any(Random random, List<RawObject> objects) {
    List<RawObject.Placed> records = new ArrayList<>();
    objects.forEach(object -> records.addAll(object.records()));
    Erasing erasing =
        new Erasing(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>(), null);
    Instant before = ALL_TIMES;
    List<RawObject.Placed> duplicates = duplicates(records);
    // The key of the record that wins lets its duplicates return.
    for (int i = random.nextInt(2 * MAX_RECORDS); i >= 0 && !duplicates.isEmpty(); i--) {
      erasing.objectKeys.add(duplicates.get(random.nextInt(duplicates.size())).key());
    }
    for (int i = random.nextInt(MAX_RECORDS); i >= 0; i--) {
      RawObject.Placed record = records.get(random.nextInt(records.size()));
      Ids ids = record.sent().broken == null ? Model.ids(record) : null;
      String wanted = List.of("client", "user", "event", "object").get(random.nextInt(4));
      if (ids != null && wanted.equals("client") && ids.clientId() != null) {
        erasing.clientIds.add(ids.clientId());
      } else if (ids != null && wanted.equals("user") && ids.userId() != null) {
        erasing.userIds.add(ids.userId());
      } else if (ids != null && !wanted.equals("object")) {
        erasing.eventIds.add(ids.eventId());
      } else {
        erasing.objectKeys.add(random.nextBoolean() ? record.key() : record.key().split("#")[0]);
      }
      if (ids != null && random.nextInt(4) == 0) {
        before = ids.timestamp().plus(random.nextInt(2), ChronoUnit.MICROS);
      }
    }
    return new Erasing(
        erasing.clientIds, erasing.userIds, erasing.eventIds, erasing.objectKeys, before);
  }

  /** Returns the records that share their event id with others. */
  private static List<RawObject.Placed> duplicates(List<RawObject.Placed> records) {
    Map<String, List<RawObject.Placed>> byEvent =
        records.stream()
            .filter(record -> record.sent().broken == null)
            .collect(
                Collectors.groupingBy(
                    record -> Model.ids(record).eventId(), TreeMap::new, Collectors.toList()));
    return byEvent.values().stream()
        .filter(ofEvent -> ofEvent.size() > 1)
        .flatMap(List::stream)
        .toList();
  }

  boolean matches(String key, Ids ids) {
    return matchesKey(key)
        || ids.timestamp().isBefore(before)
            && (clientIds.contains(ids.clientId())
                || userIds.contains(ids.userId())
                || eventIds.contains(ids.eventId()));
  }

  boolean matchesKey(String key) {
    return objectKeys.contains(key) || objectKeys.contains(key.split("#")[0]);
  }

  /** Returns the arguments of a command that writes and applies the request. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("--erase"));
    clientIds.forEach(id -> arguments.add("--client-id=" + id));
    userIds.forEach(id -> arguments.add("--user-id=" + id));
    eventIds.forEach(id -> arguments.add("--event-id=" + id));
    objectKeys.forEach(key -> arguments.add("--object-key=" + key));
    arguments.add("--received-before=" + before);
    return arguments;
  }

  /** Writes the request as a back end does. */
  void write(Path folder) throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("requestedAt", "2026-11-22T13:00:00Z");
    request.put("receivedBefore", before.toString());
    request.put("clientIds", clientIds.stream().map(Erasing::sha256).toList());
    request.put("userIds", userIds.stream().map(Erasing::sha256).toList());
    request.put("eventIds", eventIds);
    request.put("objectKeys", objectKeys);
    Files.createDirectories(folder);
    Files.write(
        folder.resolve(UUID.randomUUID() + ".json"), new ObjectMapper().writeValueAsBytes(request));
  }

  private static String sha256(String id) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
