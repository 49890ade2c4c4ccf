package io.clickstream.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;

/**
 * A synthesized platform. The start of CDK's kernel takes seconds, so each platform is synthesized
 * once per JVM.
 */
final class Synthesis {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<String, Stack> stacks = new LinkedHashMap<>();
  private final Map<String, JsonNode> templates = new TreeMap<>();

  private Synthesis(
      Engine engine, SparkGeneration spark, String environment, Set<OptionalStack> with) {
    Path home = Path.of(System.getProperty("clickstream.home"));
    folder = home.resolve("infra/target/synthesized").resolve(engine + "-" + spark);
    App app = SynthMain.app(folder, environment);
    Platform platform =
        new Platform(app, new PlatformOptions(home, engine, spark, environment, with));
    Aspects.of(app).add(AwsSolutionsChecks.Builder.create().verbose(true).build());
    app.synth();
    for (Stack stack : platform.stacks()) {
      String name =
          stack.getStackName().replaceFirst("^Clickstream-" + environment + "-?", "Clickstream-");
      stacks.put(name, stack);
      templates.put(name, read(folder.resolve(stack.getTemplateFile())));
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the default platform (EMR Serverless, Spark 4.1) with all optional stacks. */
  static Synthesis onEmr() {
    return Emr.ALL;
  }

  /** Returns the environment {@code dev} with the job on Glue, without optional stacks. */
  static Synthesis onGlue() {
    return Glue.LEAST;
  }

  private static final class Emr {
    static final Synthesis ALL =
        new Synthesis(
            Engine.EMR, SparkGeneration.SPARK_4_1, "", EnumSet.allOf(OptionalStack.class));
  }

  private static final class Glue {
    static final Synthesis LEAST =
        new Synthesis(
            Engine.GLUE, SparkGeneration.SPARK_4_1, "dev", EnumSet.noneOf(OptionalStack.class));
  }

  /** Returns the folder of the templates. */
  Path folder() {
    return folder;
  }

  /** Returns the stacks by name without the environment. */
  Map<String, Stack> stacks() {
    return stacks;
  }

  /** Returns the templates by stack name without the environment. */
  Map<String, JsonNode> templates() {
    return templates;
  }

  /** Returns the template of a stack by its name without the prefix. */
  StackTemplate template(String name) {
    return new StackTemplate(stacks.get("Clickstream-" + name));
  }
}
