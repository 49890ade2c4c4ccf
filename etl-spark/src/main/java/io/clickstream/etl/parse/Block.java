package io.clickstream.etl.parse;

import java.util.List;

/** An object of the payload that holds fields of the event. */
enum Block {
  /** The payload itself, or an order line. */
  PAYLOAD(""),
  INGEST("_ingest"),
  PRODUCT("product"),
  CONTEXT_PRODUCT("context_product"),
  ORDER("order"),
  ELEMENT("element"),
  DATASET("element.dataset");

  private final String path;

  Block(String path) {
    this.path = path;
  }

  /** Returns the names from the root of the payload, joined by dots. */
  String path() {
    return path;
  }

  /** Returns the names from the root of the payload. */
  List<String> names() {
    return path.isEmpty() ? List.of() : List.of(path.split("\\."));
  }
}
