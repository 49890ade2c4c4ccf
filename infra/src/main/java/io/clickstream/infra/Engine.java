package io.clickstream.infra;

/** The service that runs the job. */
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
          throw new IllegalArgumentException(
              "Cannot use --engine " + name + ": the engines are emr and glue.");
    };
  }
}
