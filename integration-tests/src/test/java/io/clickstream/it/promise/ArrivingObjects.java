package io.clickstream.it.promise;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A raw root to which objects arrive in waves, and the windows that runs may load. */
final class ArrivingObjects {

  /**
   * Hours that a run visits.
   *
   * @param arguments that say so
   * @param includes whether it visits an hour
   */
  record Window(List<String> arguments, Predicate<Instant> includes) {}

  private final Path root;
  private final Random random;
  private final List<Instant> hours;
  private final Queue<RawObject> coming;
  private final Map<String, RawObject> present = new TreeMap<>();
  private final Set<String> packed = new HashSet<>();
  private int wavesLeft;

  /**
   * An empty folder.
   *
   * @param objects to come, in any order
   * @param hours that they stand under, ascending
   * @param waves in which they come, but for what the last one leaves
   */
  ArrivingObjects(
      Path root, Random random, List<RawObject> objects, List<Instant> hours, int waves) {
    if (objects.size() < 2 * waves) {
      throw new IllegalArgumentException(
          objects.size() + " objects are too few for " + waves + " waves");
    }
    this.root = root;
    this.random = random;
    this.hours = hours;
    this.coming = new ArrayDeque<>(Histories.shuffled(objects, random));
    this.wavesLeft = waves + 1;
  }

  String uri() {
    return root.toUri().toString();
  }

  // ── waves ────────────────────────────────────────────────────────────────────────────────────

  /** Adds the next wave, at least one object. */
  void nextWave() throws IOException {
    int spare = coming.size() - wavesLeft;
    put(1 + random.nextInt(1 + 2 * spare / wavesLeft));
    wavesLeft--;
  }

  /** Adds a part of the next wave early; it may be empty. */
  void ripple() throws IOException {
    put((coming.size() - wavesLeft) / (2 * wavesLeft));
  }

  void putRest() throws IOException {
    put(coming.size());
  }

  private void put(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      put(coming.remove());
    }
  }

  void put(RawObject object) throws IOException {
    object.write(root);
    present.put(object.key(), object);
  }

  /** Notes that the objects of a window may be in packs from now on. */
  void notePacked(Window window) {
    packed.addAll(keysIn(window));
  }

  /** Returns true if an object is single and in no pack. */
  boolean isUnpacked(RawObject object) {
    return !packed.contains(object.key());
  }

  /** Forgets an object. */
  void forget(RawObject object) {
    present.remove(object.key());
  }

  void delete(RawObject object) throws IOException {
    object.delete(root);
  }

  /** Copies the objects to another root, without the records that requests match. */
  void copyTo(Path other, Collection<Erasing> requests) {
    for (RawObject object : present.values()) {
      object.without(requests).ifPresent(left -> left.write(other));
    }
  }

  /** Returns all objects: those that are here, and those that are to come. */
  List<RawObject> all() {
    List<RawObject> all = new ArrayList<>(present.values());
    all.addAll(coming);
    return all;
  }

  // ── what is there ────────────────────────────────────────────────────────────────────────────

  List<RawObject> objects() {
    return List.copyOf(present.values());
  }

  List<RawObject> objects(Collection<String> keys) {
    return keys.stream().map(present::get).toList();
  }

  Set<String> keysIn(Window window) {
    Set<String> keys = new HashSet<>();
    for (Instant hour : hours) {
      if (window.includes().test(hour)) {
        keys.addAll(keysOf(hour));
      }
    }
    return keys;
  }

  private List<String> keysOf(Instant hour) {
    String prefix = RawObjects.prefix(hour);
    return present.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
  }

  /** Returns the hours of a window that have an object besides the known ones. */
  List<Instant> hoursWithMoreThan(Set<String> known, Window window) {
    return hours.stream()
        .filter(window.includes())
        .filter(hour -> !known.containsAll(keysOf(hour)))
        .toList();
  }

  // ── windows ──────────────────────────────────────────────────────────────────────────────────

  Window anyWindow() {
    int from = random.nextInt(hours.size());
    return switch (random.nextInt(4)) {
      case 0 -> everything();
      case 1, 2 -> range(from, from + random.nextInt(hours.size() - from));
      default -> hour(from);
    };
  }

  /** Returns any window that packing takes. */
  Window windowToPack() {
    int from = random.nextInt(hours.size());
    return random.nextBoolean()
        ? hour(from)
        : range(from, from + random.nextInt(hours.size() - from));
  }

  /** Returns a window with an object besides the known ones. */
  Window windowWithMoreThan(Set<String> known) {
    while (true) {
      Window window = anyWindow();
      if (!known.containsAll(keysIn(window))) {
        return window;
      }
    }
  }

  static Window everything() {
    return new Window(List.of("--since-last-run", "--reconcile"), hour -> true);
  }

  /** Returns the hours of a follower, all of them from time to time. */
  static Window following() {
    return new Window(List.of("--follow", "1s", "--reconcile"), hour -> true);
  }

  Instant anyHour() {
    return hours.get(random.nextInt(hours.size()));
  }

  Window allHours() {
    return range(0, hours.size() - 1);
  }

  private Window hour(int which) {
    Instant hour = hours.get(which);
    return new Window(List.of("--hour", text(hour)), hour::equals);
  }

  private Window range(int first, int last) {
    Instant from = hours.get(first);
    Instant to = hours.get(last).plus(1, ChronoUnit.HOURS);
    return new Window(
        List.of("--from", text(from), "--to", text(to)),
        hour -> !hour.isBefore(from) && hour.isBefore(to));
  }

  private static String text(Instant hour) {
    return hour.toString().substring(0, "2026-11-22T13".length());
  }
}
