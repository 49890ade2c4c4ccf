package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.testing.Command;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimedProcessTest {

  /** All users of a machine can read the arguments of its programs. */
  @Test
  void keysOfS3TravelInTheEnvironment() {
    Command job =
        TimedProcess.job(
            "local[2]",
            Map.of(
                "spark.hadoop.fs.s3a.access.key", "an-id",
                "spark.hadoop.fs.s3a.secret.key", "a-value",
                "spark.hadoop.fs.s3a.endpoint", "http://127.0.0.1:1"),
            List.of("--raw", "s3a://bucket/events"));
    assertThat(job.words())
        .containsSubsequence("--conf", "spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:1", "--raw")
        .noneMatch(word -> word.contains("an-id") || word.contains("a-value"));
    assertThat(job.environment())
        .containsEntry("AWS_ACCESS_KEY_ID", "an-id")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "a-value");
  }
}
