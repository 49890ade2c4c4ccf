package io.clickstream.infra;

/** Where the job runs. */
public enum Engine {
  /** EMR Serverless, on arm64. */
  EMR,
  /** AWS Glue. */
  GLUE;

  static Engine named(String name) {
    return switch (name) {
      case "emr" -> EMR;
      case "glue" -> GLUE;
      default ->
          throw new IllegalArgumentException("synth: --engine is emr or glue, not '" + name + "'");
    };
  }
}
