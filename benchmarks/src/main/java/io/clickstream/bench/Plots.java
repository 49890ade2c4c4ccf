package io.clickstream.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Pictures of what was measured. */
final class Plots {

  private static final int LEFT = 24;
  private static final int TEXT_WIDTH = 370;
  private static final int BAR_LEFT = LEFT + TEXT_WIDTH;
  private static final int BAR_WIDTH = 330;
  private static final int TOP = 36;
  private static final int ROW = 26;
  private static final int BAR_HEIGHT = 14;
  private static final int BASELINE = 12;
  private static final int GAP = 18;

  /** Ten times better or worse than a bar ends the scale. */
  private static final double DECADES = 1;

  private Plots() {}

  /** A row a value, each figure with a scale of its own; the line is the range of the runs. */
  static String figures(String title, List<Figure> figures) {
    Svg svg = new Svg();
    double y = TOP;
    for (Figure figure : figures) {
      svg.text("title", LEFT, y, figure.title() + ", " + figure.unit());
      y += GAP;
      double most = figure.values().values().stream().mapToDouble(Spread::max).max().orElse(1);
      double scale = most > 0 ? BAR_WIDTH / most : 0;
      for (Map.Entry<String, Spread> value : figure.values().entrySet()) {
        Spread spread = value.getValue();
        svg.text("text", LEFT, y + BASELINE, value.getKey());
        svg.box(
            value.getKey().startsWith("ours") ? "ours" : "other",
            BAR_LEFT,
            y,
            spread.median() * scale,
            BAR_HEIGHT);
        range(svg, BAR_LEFT + spread.min() * scale, BAR_LEFT + spread.max() * scale, y);
        svg.text(
            "note", BAR_LEFT + spread.max() * scale + 10, y + BASELINE, number(spread.median()));
        y += ROW;
      }
      y += GAP;
    }
    return svg.picture(title, y);
  }

  /** How many times better than its bar each value is, on a logarithmic scale. */
  static String bars(String title, List<Bar> bars) {
    Svg svg = new Svg();
    svg.text("title", LEFT, TOP, title);
    double y = TOP + GAP;
    double bar = BAR_LEFT + BAR_WIDTH / 2.0;
    for (Bar measured : bars) {
      svg.text("text", LEFT, y + BASELINE, measured.name());
      double end = place(measured.margin(measured.measured()));
      svg.box(
          measured.holds() ? "good" : "bad",
          Math.min(bar, end),
          y,
          Math.abs(end - bar),
          BAR_HEIGHT);
      double[] range =
          DoubleStream.of(measured.spread().min(), measured.spread().max())
              .map(measured::margin)
              .map(Plots::place)
              .sorted()
              .toArray();
      range(svg, range[0], range[1], y);
      svg.text("note", BAR_LEFT + BAR_WIDTH + 20, y + BASELINE, measured.verdict());
      y += ROW;
    }
    svg.line("mark", bar, TOP + GAP - 6, bar, y);
    svg.text("note end", bar - 8, y + BASELINE, "short of the bar");
    svg.text("note", bar + 8, y + BASELINE, "better; the scale ends at 10 times");
    return svg.picture(title, y + ROW);
  }

  private static void range(Svg svg, double from, double to, double y) {
    svg.line("range", from, y + BAR_HEIGHT / 2.0, to, y + BAR_HEIGHT / 2.0);
  }

  private static double place(double margin) {
    double decades = Math.max(-DECADES, Math.min(DECADES, Math.log10(margin)));
    return BAR_LEFT + BAR_WIDTH / 2.0 * (1 + decades / DECADES);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
  }
}
