package io.clickstream.bench.incremental;

import io.clickstream.bench.Figure;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.Spread;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The same hours, each loaded into a small and into a big warehouse. */
final class Pairs {

  /** Where a big warehouse would be felt most: reading and parsing would hide it in a whole run. */
  private static final Set<Stage> SQL =
      EnumSet.of(Stage.DEDUPE, Stage.AFFECTED_RANGES, Stage.MERGE, Stage.MARTS, Stage.BALANCE);

  private final List<MeasuredWarehouse.Run> small = new ArrayList<>();
  private final List<MeasuredWarehouse.Run> big = new ArrayList<>();

  /**
   * Adds an hour.
   *
   * @throws IllegalStateException when the warehouses don't agree on what was new or near
   */
  void add(MeasuredWarehouse.Run intoSmall, MeasuredWarehouse.Run intoBig) {
    if (!intoSmall.ledger().counts().equals(intoBig.ledger().counts())) {
      throw new IllegalStateException(
          "the same hour gave other figures: %s in the small warehouse, %s in the big one"
              .formatted(intoSmall.ledger().counts(), intoBig.ledger().counts()));
    }
    small.add(intoSmall);
    big.add(intoBig);
  }

  /** Seconds of the runs into the big warehouse over those of the runs into the small one. */
  double timeRatio() {
    return spread(big, MeasuredWarehouse.Run::seconds).median()
        / spread(small, MeasuredWarehouse.Run::seconds).median();
  }

  /** The same, pair by pair. */
  Spread timeRatios() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < big.size(); i++) {
      ratios.add(big.get(i).seconds() / small.get(i).seconds());
    }
    return new Spread(ratios);
  }

  /** Stored rows that were read for a new event, over all hours. */
  double neighboursPerEvent() {
    return sum(Count.CONTEXT_ROWS_READ) / sum(Count.INSERTED);
  }

  private double sum(Count count) {
    return big.stream().mapToLong(run -> run.ledger().get(count)).sum();
  }

  /** The same, hour by hour. */
  Spread neighboursPerEventByHour() {
    return spread(big, MeasuredWarehouse.Run::neighboursPerEvent);
  }

  /** Seconds of the runs. */
  Figure figure() {
    Map<String, Spread> runs = new LinkedHashMap<>();
    runs.put("into the small warehouse", spread(small, MeasuredWarehouse.Run::seconds));
    runs.put("into the big warehouse", spread(big, MeasuredWarehouse.Run::seconds));
    return new Figure("an hour", "s", runs);
  }

  /** What the hours held, and where the time went. */
  List<String> notes() {
    Spread inserted = spread(big, run -> run.ledger().get(Count.INSERTED));
    return List.of(
        String.format(
            Locale.ROOT,
            "an hour: %,.0f to %,.0f new events; %,.0f stored rows read for all %,.0f",
            inserted.min(),
            inserted.max(),
            sum(Count.CONTEXT_ROWS_READ),
            sum(Count.INSERTED)),
        "small: " + seconds(small),
        "big:   " + seconds(big));
  }

  private static String seconds(List<MeasuredWarehouse.Run> runs) {
    return "lock held s %s; SQL s %s; stages s %s"
        .formatted(
            spread(runs, run -> run.ledger().lockHeldSeconds().doubleValue()),
            spread(runs, run -> SQL.stream().mapToDouble(stage -> seconds(run, stage)).sum()),
            Arrays.stream(Stage.values())
                .map(stage -> stage.key() + " " + median(runs, stage))
                .collect(Collectors.joining(", ")));
  }

  private static String median(List<MeasuredWarehouse.Run> runs, Stage stage) {
    return String.format(Locale.ROOT, "%.2f", spread(runs, run -> seconds(run, stage)).median());
  }

  private static double seconds(MeasuredWarehouse.Run run, Stage stage) {
    return run.ledger().stageSeconds().get(stage.key()).doubleValue();
  }

  private static Spread spread(
      List<MeasuredWarehouse.Run> runs, ToDoubleFunction<MeasuredWarehouse.Run> figure) {
    return new Spread(runs.stream().mapToDouble(figure).boxed().toList());
  }
}
