package io.clickstream.bench;

import java.util.Locale;

/** Draws in the manner of the other pictures in {@code docs/images}. */
final class Svg {

  /** Width of each picture. */
  static final int WIDTH = 860;

  private static final String STYLE =
      """
        <style type="text/css">
          .paper { fill: #ffffff; stroke: #d0d7de }
          .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
          .text  { font-size: 13px; fill: #1f2328 }
          .note  { font-size: 12.5px; fill: #4a535d }
          .end   { text-anchor: end }
          .ours  { fill: #d3e8f5; stroke: #0072b2; stroke-width: 1.6 }
          .other { fill: #f0f2f4; stroke: #57606a; stroke-width: 1.6 }
          .good  { fill: #d3efe5; stroke: #00805d; stroke-width: 1.6 }
          .bad   { fill: #f7e1ee; stroke: #a8487f; stroke-width: 1.6 }
          .range { stroke: #1f2328; stroke-width: 1.6 }
          .mark  { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 5 4 }
        </style>
      """;

  private final StringBuilder body = new StringBuilder();

  void text(String style, double x, double y, String text) {
    add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>", style, x, y, escape(text));
  }

  void box(String style, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>",
        style, x, y, Math.max(0, width), height);
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style, x1, y1, x2, y2);
  }

  private void add(String format, Object... values) {
    body.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The picture. */
  String picture(String title, double height) {
    return String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="%1$d" height="%2$.0f" viewBox="0 0 %1$d %2$.0f" role="img" aria-labelledby="title" font-family="system-ui, sans-serif">
              <title id="title">%3$s</title>
            """,
            WIDTH,
            height,
            escape(title))
        + STYLE
        + String.format(
            Locale.ROOT,
            "  <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%.0f\" rx=\"10\"/>\n",
            WIDTH - 1,
            height - 1)
        + body
        + "</svg>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
