package io.clickstream.glue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles Glue's script with Glue's Scala version and runs it with the arguments that Glue passes:
 * those of the job definition and Glue's own, with a value for every key.
 */
class GlueAppIT {

  private static final int LIMIT_S = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static Built built;
  private static Path classes;

  /** Exit status and output of a process. */
  private record Ended(int status, String out) {}

  @BeforeAll
  static void compile() throws Exception {
    built = Built.find();
    assertThat(built.spark().resolve("jars/scala-compiler-" + built.scalaVersion() + ".jar"))
        .exists();
    classes = Files.createDirectory(folder.resolve("classes"));
    Ended ended =
        java(
            built.spark().resolve("jars") + "/*",
            List.of(),
            "scala.tools.nsc.Main",
            "-classpath",
            classPath(),
            "-Xfatal-warnings",
            "-deprecation",
            "-d",
            classes.toString(),
            built.home().resolve("glue/GlueApp.scala").toString());
    assertThat(ended.status()).as(ended.out()).isZero();
  }

  @Test
  void loadsWithTheArgumentsThatGluePasses() throws Exception {
    Path hour = Files.createDirectories(folder.resolve("raw/2026/11/22/13"));
    Files.writeString(
        hour.resolve("event-0b7a4c1e-55a1-4f0e-9d5e-6c1c9a3f7e21.json"), "{\"eventId\":\"a\"}");

    Ended ended =
        glue(Map.of("--since-last-run", "false", "--date", "2026-11-22", "--dry-run", "true"));

    assertThat(ended.status()).as(ended.out()).isZero();
    List<String> lines =
        ended.out().lines().filter(line -> line.startsWith("{\"run_id\"")).toList();
    JsonNode ledger = JSON.readTree(lines.get(lines.size() - 1));
    assertThat(ledger.path("records_read").asInt()).isEqualTo(1);
    assertThat(ledger.path("balanced").asBoolean()).isTrue();
  }

  @Test
  void aFailureThrowsSoThatGlueReportsIt() throws Exception {
    Ended ended =
        glue(
            Map.of(
                "--raw",
                folder.resolve("missing").toUri().toString(),
                "--since-last-run",
                "false",
                "--date",
                "2026-11-22",
                "--dry-run",
                "true"));
    assertThat(ended.status()).isNotZero();
    assertThat(ended.out())
        .contains("Exception in thread \"main\"", "RawRootMissingException", "at GlueApp$.main");
  }

  @Test
  void anUnknownArgumentFailsTheRun() throws Exception {
    Ended ended = glue(Map.of("--sesion-gap", "30m"));
    assertThat(ended.status()).isNotZero();
    assertThat(ended.out()).contains("UsageException", "--sesion-gap is unknown");
  }

  private static Ended glue(Map<String, String> run) throws Exception {
    List<String> line = new ArrayList<>();
    arguments(run)
        .forEach(
            (name, value) -> {
              line.add(name);
              line.add(value);
            });
    return java(
        classes + java.io.File.pathSeparator + classPath(),
        List.of(
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1"),
        "GlueApp",
        line.toArray(String[]::new));
  }

  /** Returns the arguments of the job, overridden by those of the run, and Glue's own. */
  private static Map<String, String> arguments(Map<String, String> run) throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("--JOB_NAME", "clickstream-etl");
    arguments.put("--JOB_ID", "j_0123456789abcdef");
    arguments.put("--JOB_RUN_ID", "jr_0123456789abcdef");
    arguments.put("--TempDir", "s3://aws-glue-assets-123456789012-ap-southeast-1/temporary/");
    arguments.put("--job-bookmark-from", "");
    JsonNode job =
        JSON.readTree(built.home().resolve("glue/job-" + built.glueVersion() + ".json").toFile());
    assertThat(job.path("GlueVersion").asText()).isEqualTo(built.glueVersion());
    job.path("DefaultArguments")
        .properties()
        .forEach(argument -> arguments.put(argument.getKey(), filled(argument.getValue())));
    arguments.putAll(run);
    return arguments;
  }

  private static String filled(JsonNode value) {
    return value
        .asText()
        .replace("@RAW_ROOT@", folder.resolve("raw").toUri().toString())
        .replace(
            "@JDBC_URL@", "jdbc:postgresql://warehouse.clickstream.internal:5432/clickstream_dw")
        .replace(
            "@DB_SECRET@", "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:x-AbCdEf")
        .replace("@DB_CA@", "s3a://operations/tls/warehouse-ca.pem")
        .replace("@REGION@", "ap-southeast-1")
        .replace("@OWN_HOSTS@", "shop.example")
        .replace("@TIMEZONE@", "Asia/Ho_Chi_Minh")
        .replace("@SESSION_GAP@", "30m")
        .replace("@PRICE_SCALE@", "0")
        .replace("@REJECTED_BYTES_FOR@", "0d");
  }

  private static String classPath() throws IOException {
    StringBuilder path = new StringBuilder(built.jobJar().toString());
    for (Path jar : built.sparkJars()) {
      path.append(java.io.File.pathSeparator).append(jar);
    }
    return path.toString();
  }

  private static Ended java(
      String classPath, List<String> options, String main, String... arguments) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    words.addAll(List.of(System.getProperty("spark.add-opens").split(" ")));
    words.addAll(options);
    words.addAll(List.of("-cp", classPath, main));
    words.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, "process", ".log");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).as("an end of %s", main).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }
}
