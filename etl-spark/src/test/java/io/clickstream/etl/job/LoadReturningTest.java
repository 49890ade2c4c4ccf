package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.source.ListedObject;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.event.RawKey.Kind;
import io.clickstream.testing.RawFolder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadReturningTest {

  private static final String HOUR = "2026-11-22T13";
  private static final String NEXT_HOUR = "2026-11-22T14";

  /** A batch counts as 26 records. */
  private static ListedObjects objects(String hour, int events, int batches) {
    ListedObjects.Builder objects = new ListedObjects.Builder(Instant.parse(hour + ":00:00Z"));
    for (int i = 0; i < events; i++) {
      objects.add(new ListedObject(RawFolder.key(hour, Kind.EVENT, i), 10_000, 0));
    }
    for (int i = 0; i < batches; i++) {
      objects.add(new ListedObject(RawFolder.key(hour, Kind.BATCH, i), 10_000, 0));
    }
    return objects.build();
  }

  private static List<List<Integer>> sizes(long mostRecords, ListedObjects... hours) {
    return LoadReturning.parts(List.of(hours), mostRecords).stream()
        .map(part -> part.stream().map(List::size).toList())
        .toList();
  }

  @Test
  void aPartHasAtMostTheRecordsAndMayHaveSeveralHours() {
    ListedObjects four = objects(HOUR, 4, 0);
    ListedObjects two = objects(NEXT_HOUR, 2, 0);
    assertThat(sizes(6, four, two)).containsExactly(List.of(4, 2));
    assertThat(sizes(5, four, two)).containsExactly(List.of(4, 1), List.of(1));
    assertThat(sizes(4, four, two)).containsExactly(List.of(4), List.of(2));
    assertThat(sizes(3, four, two)).containsExactly(List.of(3), List.of(1, 2));
    assertThat(LoadReturning.parts(List.of(), 3)).isEmpty();
  }

  @Test
  void aBatchWithMoreRecordsIsAPartOfItsOwn() {
    assertThat(sizes(1, objects(HOUR, 2, 2)))
        .containsExactly(List.of(1), List.of(1), List.of(1), List.of(1));
    assertThat(sizes(2, objects(HOUR, 2, 2))).containsExactly(List.of(1), List.of(1), List.of(2));
  }

  @Test
  void partsHaveAllObjectsInTheirOrder() {
    ListedObjects hour = objects(HOUR, 5, 3);
    assertThat(
            LoadReturning.parts(List.of(hour), 2).stream()
                .flatMap(List::stream)
                .flatMap(List::stream)
                .map(ListedObject::key))
        .containsExactlyElementsOf(hour.stream().map(ListedObject::key).toList());
  }
}
