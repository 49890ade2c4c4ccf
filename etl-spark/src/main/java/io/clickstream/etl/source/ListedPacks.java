package io.clickstream.etl.source;

import io.clickstream.event.ErrorMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The files of one hour that are named like packs. Nothing of them is read yet.
 *
 * @param files their keys and sizes
 * @param store where they stand; null if there are none
 */
public record ListedPacks(ListedObjects files, RawStore store) {

  private static final int PARALLEL_READS = 8;

  /**
   * What the keys of a file told.
   *
   * @param file the file
   * @param contents null if it is not a pack, or cannot be read
   * @param obstacle one line that says why not; null if there are contents
   * @param isUnread whether another read may tell more
   */
  public record Examined(
      ListedObject file, PackContents contents, String obstacle, boolean isUnread) {

    /** Returns true if the file is a pack. */
    public boolean isPack() {
      return contents != null;
    }
  }

  /** Returns true if there are none. */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  private Callable<Examined> examination(ListedObject file) {
    return () -> {
      try {
        return new Examined(file, store.contents(file), null, false);
      } catch (NotAPackException e) {
        String reason = "%s is not a pack: %s. It is rejected.";
        return new Examined(
            file, null, reason.formatted(file.key().relative(), e.getMessage()), false);
      } catch (IOException e) {
        String reason = "Cannot read the pack %s: %s.";
        return new Examined(
            file, null, reason.formatted(file.key().relative(), ErrorMessage.of(e)), true);
      }
    };
  }

  /**
   * Reads the keys of files, several in parallel.
   *
   * @param hours the wanted files of each hour
   * @return the files in the same order
   */
  public static List<Examined> examine(List<ListedPacks> hours) {
    ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_READS);
    try {
      List<Future<Examined>> pending = new ArrayList<>();
      for (ListedPacks hour : hours) {
        for (ListedObject file : hour.files()) {
          pending.add(pool.submit(hour.examination(file)));
        }
      }
      List<Examined> examined = new ArrayList<>();
      for (Future<Examined> one : pending) {
        examined.add(one.get());
      }
      return examined;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot read the keys of packs: interrupted.", e);
    } catch (ExecutionException e) {
      throw new UncheckedIOException(
          new IOException("Cannot read the keys of packs: " + e.getCause(), e.getCause()));
    } finally {
      pool.shutdownNow();
    }
  }
}
