package io.clickstream.etl.source;

import io.clickstream.testing.RawFolder;
import org.apache.hadoop.conf.Configuration;

/** Stores of raw objects with Hadoop's default settings. */
public final class RawStores {

  private RawStores() {}

  /** Returns the store of a local folder. */
  public static RawStore of(RawFolder folder) {
    return new RawStore(folder.uri(), new Configuration());
  }
}
