package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.Serializable;

/**
 * The keys of a pack.
 *
 * @param objects the objects in it, each once, with the row group that holds it
 */
public record PackContents(Pack pack, ListedObjects objects) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Returns the key of the pack itself. */
  public RawKey key() {
    return pack.key();
  }
}
