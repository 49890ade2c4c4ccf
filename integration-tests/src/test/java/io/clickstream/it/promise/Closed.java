package io.clickstream.it.promise;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The closed period of a trial.
 *
 * @param end the period is before it
 * @param leftOut keys of records that the warehouse has no more, or never had because they came
 *     late
 * @param orders ids of the orders of the period
 * @param rows rows before the closing: those of its hours and orders stay
 */
record Closed(Instant end, Set<String> leftOut, Set<String> orders, WarehouseRows rows) {

  /** Nothing is closed. */
  static final Closed NOTHING = new Closed(Instant.MIN, Set.of(), Set.of(), new WarehouseRows());

  Closed {
    leftOut = Set.copyOf(leftOut);
    orders = Set.copyOf(orders);
  }

  /** Returns the period after a run has covered more objects. */
  Closed withLate(Collection<RawObject> fresh, Collection<Erasing> requests) {
    Set<String> late = new HashSet<>(leftOut);
    for (RawObject object : fresh) {
      for (RawObject.Placed record : object.records()) {
        if (Model.occurred(record).filter(at -> at.isBefore(end)).isPresent()
            && !Model.isErased(record, requests)) {
          late.add(record.key());
        }
      }
    }
    return new Closed(end, late, orders, rows);
  }

  /** Adds the rows that are final. */
  void addTo(WarehouseRows open) {
    rows.copyHours(open, hour -> hour.isBefore(end));
    rows.copyOrders(open, orders::contains);
  }
}
