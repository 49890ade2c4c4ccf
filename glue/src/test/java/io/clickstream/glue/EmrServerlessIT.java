package io.clickstream.glue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the job by spark-submit of an unmodified Spark, with the arguments of {@code
 * emr-serverless/} and the settings of the size that the schedule uses.
 */
class EmrServerlessIT {

  private static final int LIMIT_S = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void aRunWithTheDefinitionsArgumentsLoads() throws Exception {
    Path hour = Files.createDirectories(folder.resolve("raw/2026/11/22/13"));
    Files.writeString(
        hour.resolve("event-0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json"), "{\"eventId\":\"a\"}");

    List<String> lines = submit("--date", "2026-11-22", "--dry-run");

    JsonNode ledger = JSON.readTree(lines.get(lines.size() - 1));
    assertThat(ledger.path("records_read").asInt()).as("%s", lines).isEqualTo(1);
    assertThat(ledger.path("balanced").asBoolean()).isTrue();
  }

  private JsonNode definition() throws Exception {
    Path definitions = Built.find().home().resolve("emr-serverless");
    String text =
        Files.readString(definitions.resolve("job-run.json"))
            .replace("@LOOK_BACK@", "3d")
            .replace("@REJECTED_BYTES_FOR@", "0d");
    for (Map.Entry<String, String> value :
        Map.of(
                "JOB_JAR", Built.find().jobJar().toString(),
                "RAW_ROOT", folder.resolve("raw").toUri().toString(),
                "JDBC_URL", "jdbc:postgresql://warehouse.clickstream.internal:5432/clickstream_dw",
                "DB_SECRET", "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:x-AbCdEf",
                "DB_CA", "s3a://operations/tls/warehouse-ca.pem",
                "REGION", "ap-southeast-1",
                "OWN_HOSTS", "shop.example",
                "TIMEZONE", "Asia/Ho_Chi_Minh",
                "SESSION_GAP", "30m",
                "PRICE_SCALE", "0")
            .entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    JsonNode sizes = JSON.readTree(definitions.resolve("sizes.json").toFile());
    return JSON.readTree(text.replace("@SPARK_SETTINGS@", sizes.path("hour").asText()));
  }

  /** Returns the lines of standard output of a run with another window than the schedule's. */
  private List<String> submit(String... window) throws Exception {
    JsonNode run = definition().at("/jobDriver/sparkSubmit");
    List<String> words = new ArrayList<>();
    words.add(Built.find().spark().resolve("bin/spark-submit").toString());
    words.addAll(List.of("--master", "local[1]", "--conf", "spark.ui.enabled=false"));
    words.addAll(List.of(run.path("sparkSubmitParameters").asText().split(" ")));
    words.add(run.path("entryPoint").asText());
    words.addAll(texts(run.path("entryPointArguments")));
    // The start script takes the window of the schedule away, too.
    List<String> scheduled = words.subList(words.size() - 3, words.size());
    assertThat(scheduled).containsExactly("--look-back", "3d", "--since-last-run");
    scheduled.clear();
    words.addAll(List.of(window));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).as("an end").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as(Files.readString(err, StandardCharsets.UTF_8)).isZero();
    return Files.readAllLines(out);
  }

  private static List<String> texts(JsonNode array) {
    return Stream.iterate(0, at -> at < array.size(), at -> at + 1)
        .map(at -> array.get(at).asText())
        .toList();
  }
}
