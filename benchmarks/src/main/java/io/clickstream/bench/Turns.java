package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Programs that do the same, timed in turns: who goes first changes from round to round. */
public final class Turns {

  /** A run; gives its seconds, or throws when its output is wrong. */
  @FunctionalInterface
  public interface Timed {
    double seconds() throws IOException, SQLException;
  }

  /** Who takes part. */
  public record Program(String name, Timed run) {}

  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  /**
   * Runs all of them.
   *
   * @param warmUps rounds that don't count
   */
  public Turns(int warmUps, int rounds, Program... programs) throws IOException, SQLException {
    for (Program program : programs) {
      seconds.put(program.name(), new ArrayList<>());
    }
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int turn = 0; turn < programs.length; turn++) {
        Program program = programs[(round + turn) % programs.length];
        double taken = program.run().seconds();
        if (round >= warmUps) {
          seconds.get(program.name()).add(taken);
        }
      }
    }
  }

  /** How many times the other's time one program takes: the ratio of the medians, and by round. */
  public Bar slowDownAtMost(double limit, String bar, String program, String other) {
    return Bar.atMost(limit, bar, ratio(program, other), ratios(program, other));
  }

  /** How many times faster than the other one program is: likewise. */
  public Bar speedUpAtLeast(double limit, String bar, String program, String other) {
    return Bar.atLeast(limit, bar, ratio(other, program), ratios(other, program));
  }

  private double ratio(String over, String under) {
    return spread(over).median() / spread(under).median();
  }

  private Spread ratios(String over, String under) {
    List<Double> above = seconds.get(over);
    List<Double> below = seconds.get(under);
    return new Spread(
        IntStream.range(0, above.size())
            .mapToObj(round -> above.get(round) / below.get(round))
            .toList());
  }

  /** The seconds of one program. */
  public Spread spread(String program) {
    return new Spread(seconds.get(program));
  }

  /** Everybody's seconds. */
  public Figure figure(String title) {
    return figure(title, "s");
  }

  /** Everybody's time, where the programs tell it in another unit. */
  public Figure figure(String title, String unit) {
    return new Figure(
        title,
        unit,
        seconds.keySet().stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), this::spread, (one, other) -> one, LinkedHashMap::new)));
  }
}
