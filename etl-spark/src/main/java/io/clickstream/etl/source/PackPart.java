package io.clickstream.etl.source;

import java.io.Serializable;
import java.util.Optional;

/**
 * Objects of one hour that one task packs, or that are in an earlier pack and are to be deleted.
 *
 * @param objects the objects, each by itself
 * @param contents the pack that has them already; null if they are to be packed
 */
record PackPart(ListedObjects objects, PackContents contents) implements Serializable {

  private static final long serialVersionUID = 1L;

  Optional<PackContents> earlierPack() {
    return Optional.ofNullable(contents);
  }
}
