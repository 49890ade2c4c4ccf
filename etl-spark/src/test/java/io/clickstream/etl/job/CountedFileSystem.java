package io.clickstream.etl.job;

import io.clickstream.event.RawKey;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/** Hours of as many keys as one likes, which exist in listings only; counts what it shows. */
public final class CountedFileSystem extends RawLocalFileSystem {

  static final String ROOT = "counted:///events";

  private static final Map<String, Integer> KEYS = new HashMap<>();
  private static final List<String> LISTED = new ArrayList<>();
  private static long shown;

  /** Settings with which the root is found. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.counted.impl", CountedFileSystem.class.getName());
    return configuration;
  }

  /** Begins anew, with so many keys in each of some hours. */
  static synchronized void hold(List<Instant> hours, int keys) {
    KEYS.clear();
    hours.forEach(hour -> KEYS.put(RawKey.hourPrefix(hour), keys));
    LISTED.clear();
    shown = 0;
  }

  /** Keys shown so far. */
  static synchronized long shown() {
    return shown;
  }

  /** Prefixes that were listed, sorted. */
  static synchronized List<String> listed() {
    return LISTED.stream().sorted().toList();
  }

  private static synchronized int begin(String hour) throws IOException {
    LISTED.add(hour);
    if (!KEYS.containsKey(hour)) {
      throw new IOException("broken: " + hour);
    }
    return KEYS.get(hour);
  }

  private static synchronized void show() {
    shown++;
  }

  @Override
  public URI getUri() {
    return URI.create("counted:///");
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path folder) throws IOException {
    int keys = begin(folder.toUri().getPath().substring("/events/".length()));
    return new RemoteIterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < keys;
      }

      @Override
      public FileStatus next() {
        show();
        UUID id = new UUID((long) next++ << 32 | 0x4000L, 0x8000_0000_0000_0000L);
        return new FileStatus(700, false, 1, 0, 0, new Path(folder, "event-" + id + ".json"));
      }
    };
  }
}
