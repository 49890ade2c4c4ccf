package io.clickstream.etl.cli;

import io.clickstream.etl.job.JobRequest;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.event.CleanText;
import io.clickstream.event.Identity;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Converts {@code --erase} and the ids that come with it. */
final class ErasureArguments {

  private static final List<String> IDS = List.of("client-id", "user-id", "event-id", "object-key");

  private static final List<String> LOADING =
      List.of(
          "dry-run", "check", "plan", "newest-first", "retry-quarantined", "reconcile", "rebuild");

  private ErasureArguments() {}

  /** Returns what to erase; nothing without {@code --erase}. */
  static Optional<JobRequest.Erasing> of(Arguments arguments) {
    boolean linked = arguments.flag("linked");
    if (!arguments.flag("erase")) {
      boolean hasIds = IDS.stream().anyMatch(name -> !arguments.list(name).isEmpty());
      if (hasIds
          || linked
          || arguments.flag("purge")
          || arguments.optional("received-before").isPresent()) {
        throw new UsageException(
            "ids, --linked, --purge and --received-before have no effect without --erase",
            "Leave them out, or give --erase");
      }
      return Optional.empty();
    }
    for (String loading : LOADING) {
      if (arguments.flag(loading)) {
        throw new UsageException(
            "--" + loading + " is about loading and --erase loads nothing",
            "Leave out one of them");
      }
    }
    if (linked && arguments.list("user-id").isEmpty()) {
      throw new UsageException("--linked has no effect without --user-id", "Give a user id");
    }
    return Optional.of(
        new JobRequest.Erasing(
            ids(arguments, "client-id"),
            ids(arguments, "user-id"),
            ids(arguments, "event-id").stream().map(ErasureRequest::eventId).toList(),
            keys(arguments),
            arguments.optional("received-before").map(ErasureArguments::time),
            linked,
            arguments.flag("purge")));
  }

  /** Returns ids as parsing reads them, without placeholders such as {@code null}. */
  private static List<String> ids(Arguments arguments, String name) {
    List<String> ids = new ArrayList<>();
    for (String text : arguments.list(name)) {
      String id = CleanText.of(text);
      if (Identity.isAbsent(id)) {
        throw new UsageException(
            "--" + name + " is '" + text + "', which identifies nobody", "Give another id");
      }
      ids.add(id);
    }
    return ids;
  }

  private static List<String> keys(Arguments arguments) {
    List<String> keys = arguments.list("object-key");
    for (String key : keys) {
      if (!RawKey.isOfRecord(key)) {
        throw new UsageException(
            "--object-key is '" + key + "'",
            "Give a key such as 2026/11/22/13/event-<uuid>.json or 2026/11/22/13/batch-<uuid>.ndjson#7");
      }
    }
    return keys;
  }

  private static Instant time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(Limits.EARLIEST) && time.isBefore(Limits.LATEST)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw wrongTime(text);
    }
    throw wrongTime(text);
  }

  private static UsageException wrongTime(String text) {
    return new UsageException(
        "--received-before is '" + text + "'", "Give a time such as 2026-11-22T13:00:00Z");
  }
}
