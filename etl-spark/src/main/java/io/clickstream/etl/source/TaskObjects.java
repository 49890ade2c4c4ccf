package io.clickstream.etl.source;

import java.io.Serializable;
import java.util.List;

/**
 * The objects that one task reads.
 *
 * @param loose single objects, by hour
 * @param packed objects in packs, by row group
 */
record TaskObjects(List<ListedObjects> loose, List<RowGroupSelection> packed)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  TaskObjects {
    loose = List.copyOf(loose);
    packed = List.copyOf(packed);
  }
}
