package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A program that {@link Turns} measures. */
record Program(String name, Run run) {

  /** One run. */
  @FunctionalInterface
  interface Run {

    /** Returns the measured value, such as seconds or objects per second. */
    double measure() throws IOException, SQLException;
  }
}
