package io.clickstream.etl.job;

/** What a job did that loads nothing. */
public sealed interface JobReport permits PackResult, HoursPlan {

  /** Returns one line of JSON. */
  String toJson();
}
