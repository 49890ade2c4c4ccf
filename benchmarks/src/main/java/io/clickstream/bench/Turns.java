package io.clickstream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures several programs in rounds. The program that goes first changes from round to round, so
 * that a noisy machine widens the range more than it moves the median.
 */
final class Turns {

  private final Map<String, List<Double>> values = new LinkedHashMap<>();

  /** Runs the warm-up rounds, whose values are dropped, and then the measured rounds. */
  Turns(int warmUps, int rounds, Program... programs) throws Exception {
    for (Program program : programs) {
      values.put(program.name(), new ArrayList<>());
    }
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int turn = 0; turn < programs.length; turn++) {
        Program program = programs[(round + turn) % programs.length];
        double value = program.run().measure();
        if (round >= warmUps) {
          values.get(program.name()).add(value);
        }
      }
    }
  }

  /** Returns the ratio of two programs' medians, and of their values in each round. */
  Ratio ratio(String over, String under) {
    List<Double> above = values.get(over);
    List<Double> below = values.get(under);
    return new Ratio(
        spread(over).median() / spread(under).median(),
        Spread.of(
            IntStream.range(0, above.size())
                .mapToObj(round -> above.get(round) / below.get(round))
                .toList()));
  }

  Spread spread(String program) {
    return Spread.of(values.get(program));
  }

  Figure figure(String title, String unit) {
    Map<String, Spread> spreads = new LinkedHashMap<>();
    values.keySet().forEach(program -> spreads.put(program, spread(program)));
    return new Figure(title, unit, spreads);
  }
}
