package io.clickstream.etl.cli;

import io.clickstream.etl.job.JobRequest;
import java.util.List;
import java.util.Optional;

/** Converts {@code --pack} and {@code --delete-packed}. */
final class PackArguments {

  private PackArguments() {}

  /** Returns how to pack; nothing without {@code --pack}. */
  static Optional<JobRequest.Packing> of(Arguments arguments) {
    boolean packs = arguments.flag("pack");
    boolean deletes = arguments.flag("delete-packed");
    if (!packs && (deletes || arguments.optional("older-than").isPresent())) {
      throw new UsageException(
          "--delete-packed and --older-than have no effect without --pack",
          "Leave them out, or give --pack");
    }
    for (String loading :
        List.of(
            "dry-run",
            "check",
            "plan",
            "newest-first",
            "in-turn",
            "skip-unreadable",
            "retry-quarantined")) {
      if (packs && arguments.flag(loading)) {
        throw new UsageException(
            "--" + loading + " is about loading and --pack loads nothing", "Leave out one of them");
      }
    }
    return packs ? Optional.of(new JobRequest.Packing(deletes)) : Optional.empty();
  }
}
