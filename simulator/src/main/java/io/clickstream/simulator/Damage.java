package io.clickstream.simulator;

/** The ways in which a body fails to be a JSON object with members. */
enum Damage {
  /** The connection broke. */
  TRUNCATED {
    @Override
    String of(String payload) {
      return payload.substring(0, payload.length() * 2 / 3);
    }
  },
  /** An array of names instead of events. */
  ARRAY {
    @Override
    String of(String payload) {
      return "[\"page_view\",\"click\"]";
    }
  },
  SCALAR {
    @Override
    String of(String payload) {
      return "42";
    }
  },
  EMPTY_OBJECT {
    @Override
    String of(String payload) {
      return "{}";
    }
  },
  /** The JSON was written by hand. */
  SINGLE_QUOTES {
    @Override
    String of(String payload) {
      return "{'eventName': 'page_view', 'pageUrl': 'https://shop.example/'}";
    }
  };

  /** Returns the damaged form of a payload. */
  abstract String of(String payload);
}
