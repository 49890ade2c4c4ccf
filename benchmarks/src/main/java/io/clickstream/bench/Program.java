package io.clickstream.bench;

/** A program that {@link Turns} measures. */
record Program(String name, Run run) {

  @FunctionalInterface
  interface Run {

    /** Returns the measured value, such as seconds or objects per second. */
    double measure() throws Exception;
  }
}
