package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A peer that all objects would take too long: it gets a few at several sizes, which show whether
 * its time is linear, and ours gets all. Rates are compared.
 */
public final class SlowPeer {

  /** A run on so many objects; gives its seconds, or throws when its output is wrong. */
  @FunctionalInterface
  public interface Sized {
    double seconds(int objects) throws IOException, SQLException;
  }

  private final Map<Integer, List<Double>> peerRates = new LinkedHashMap<>();
  private final List<Double> ourRates = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final String name;
  private final int objects;

  /**
   * Runs both in turns.
   *
   * @param sizes of the peer's runs, ascending; the last one's rate counts
   * @param objects of our runs
   */
  public SlowPeer(String name, int rounds, List<Integer> sizes, int objects, Sized ours, Sized peer)
      throws IOException, SQLException {
    this.name = name;
    this.objects = objects;
    for (int round = 0; round < rounds; round++) {
      if (round % 2 == 0) {
        ourRates.add(objects / ours.seconds(objects));
      }
      for (int size : sizes) {
        peerRates.computeIfAbsent(size, none -> new ArrayList<>()).add(size / peer.seconds(size));
      }
      if (round % 2 == 1) {
        ourRates.add(objects / ours.seconds(objects));
      }
      ratios.add(ourRates.get(round) / lastSize().get(round));
    }
  }

  private List<Double> lastSize() {
    List<List<Double>> rates = List.copyOf(peerRates.values());
    return rates.get(rates.size() - 1);
  }

  /** How many times the peer's rate ours is: the ratio of the medians, and round by round. */
  public Bar fasterAtLeast(double limit, String bar) {
    double ratio = new Spread(ourRates).median() / new Spread(lastSize()).median();
    return Bar.atLeast(limit, bar, ratio, new Spread(ratios));
  }

  /** All rates. */
  public Figure figure(String title) {
    Map<String, Spread> rates = new LinkedHashMap<>();
    rates.put("ours, %,d objects".formatted(objects), new Spread(ourRates));
    peerRates.forEach(
        (size, values) -> rates.put("%s, %,d objects".formatted(name, size), new Spread(values)));
    return new Figure(title, "objects/s", rates);
  }
}
