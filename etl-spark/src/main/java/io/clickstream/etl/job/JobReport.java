package io.clickstream.etl.job;

/** The result of a job that loads no events: packing, erasing, closing, or a plan. */
public sealed interface JobReport
    permits PackResult, HoursPlan, ErasureCertificate, ClosePeriod.Result {

  /** Returns one line of JSON. */
  String toJson();
}
