package io.clickstream.simulator;

import java.util.List;

/**
 * A clicked element as the tracker sends it.
 *
 * @param tag the {@code tagName}, in upper case
 * @param id the id, or empty
 * @param role the role, or null
 * @param text the inner text, truncated as the tracker does
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
