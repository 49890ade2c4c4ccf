package io.clickstream.infra;

/** The Spark generation of the job and its releases on AWS (ADR 1). */
public enum SparkGeneration {
  /** Spark 4.1 with Scala 2.13: EMR Spark 8.1 LTS, Glue 6.0. */
  SPARK_4_1("4.1", "target", "application-8.1.json", "job-6.0.json"),
  /** Spark 3.5 with Scala 2.12: EMR 7.x, Glue 5.1. */
  SPARK_3_5("3.5", "target-spark-3.5", "application-7.json", "job-5.1.json");

  private final String version;
  private final String target;
  private final String emrApplication;
  private final String glueJob;

  SparkGeneration(String version, String target, String emrApplication, String glueJob) {
    this.version = version;
    this.target = target;
    this.emrApplication = emrApplication;
    this.glueJob = glueJob;
  }

  /** Returns Maven's build folder of this generation. */
  String target() {
    return target;
  }

  /** Returns the name of the definition in {@code emr-serverless/}. */
  String emrApplication() {
    return emrApplication;
  }

  /** Returns the name of the definition in {@code glue/}. */
  String glueJob() {
    return glueJob;
  }

  static SparkGeneration named(String version) {
    for (SparkGeneration generation : values()) {
      if (generation.version.equals(version)) {
        return generation;
      }
    }
    throw new IllegalArgumentException(
        "Cannot use --spark " + version + ": the generations are 4.1 and 3.5.");
  }
}
