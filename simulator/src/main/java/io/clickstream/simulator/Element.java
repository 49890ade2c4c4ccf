package io.clickstream.simulator;

import java.util.List;

/**
 * What the tracker tells of a clicked element.
 *
 * @param tag upper case, as {@code tagName} is
 * @param id empty when the element has none
 * @param role null when the element has none
 * @param text inner text, cut as the tracker cuts it
 * @param dataset the {@code data-*} attributes, in document order
 */
record Element(String tag, String id, String role, String text, List<Datum> dataset) {

  /** One {@code data-*} attribute. */
  record Datum(String name, String value) {}

  private static final int TEXT_LENGTH = 160;

  Element {
    text = text.length() > TEXT_LENGTH ? text.substring(0, TEXT_LENGTH) : text;
    dataset = List.copyOf(dataset);
  }

  static Element of(String tag, String id, String role, String text, Datum... dataset) {
    return new Element(tag, id, role, text, List.of(dataset));
  }
}
