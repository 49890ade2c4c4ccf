package io.clickstream.infra;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** Writes the CloudFormation templates of the platform: {@code ./clickstream synth}. */
public final class SynthMain {

  private static final String USAGE =
      """
      Usage: ./clickstream synth [--engine emr|glue] [--spark 4.1|3.5]
                                 [--with stream,packs,oltp,auth,web,edge] [--environment NAME]

      Writes CloudFormation templates and what they deploy into infra/cdk.out. See docs/deploy.md.
        --engine emr|glue   where the job runs: EMR Serverless (default) or AWS Glue
        --spark 4.1|3.5     EMR Spark 8.1 or Glue 6.0 (default); EMR 7.x or Glue 5.1
        --with NAMES        optional stacks: stream (Kinesis in front of S3), packs (the job that packs
                            raw events), oltp (the shop's database), auth (Cognito), web (Amplify), edge
                            (CloudFront and WAF)
        --environment NAME  an environment, such as dev, beside others in the same account and region;
                            its names are those of docs/deploy.md with NAME in them""";

  private static final int WRONG_USAGE = 2;

  private SynthMain() {}

  /** Synthesizes into the folder of the system property {@code clickstream.home}. */
  public static void main(String[] args) {
    if (Arrays.asList(args).contains("--help")) {
      System.out.println(USAGE);
      return;
    }
    PlatformOptions options;
    try {
      options = parse(Path.of(System.getProperty("clickstream.home", ".")), args);
    } catch (IllegalArgumentException e) {
      System.err.println("clickstream: " + e.getMessage());
      System.exit(WRONG_USAGE);
      return;
    }
    Path out = options.home().resolve("infra/cdk.out");
    App app = app(out, options.environment());
    Platform platform = new Platform(app, options);
    app.synth();
    platform
        .stacks()
        .forEach(stack -> System.out.println("infra/cdk.out/" + stack.getTemplateFile()));
  }

  /** Returns an app without CDK's usage reports, stack traces and paths of this machine. */
  static App app(Path out, String environment) {
    return new App(
        AppProps.builder()
            .outdir(out.toString())
            .analyticsReporting(false)
            .treeMetadata(false)
            .context(
                Map.of(
                    PlatformStack.ENVIRONMENT,
                    environment,
                    // A stack cannot remove an export that another stack uses.
                    "@aws-cdk/core:defaultCrossStackReferences",
                    "strong",
                    // Errors that CDK finds in a template fail the synthesis.
                    "@aws-cdk/core:validateAgainstDefaultRules",
                    true))
            .build());
  }

  static PlatformOptions parse(Path home, String... args) {
    Engine engine = Engine.EMR;
    SparkGeneration spark = SparkGeneration.SPARK_4_1;
    String environment = "";
    Set<OptionalStack> with = EnumSet.noneOf(OptionalStack.class);
    for (int at = 0; at < args.length; at += 2) {
      if (at + 1 == args.length) {
        throw new IllegalArgumentException("Cannot read " + args[at] + ": it needs a value.");
      }
      String value = args[at + 1];
      switch (args[at]) {
        case "--engine" -> engine = Engine.named(value);
        case "--spark" -> spark = SparkGeneration.named(value);
        case "--environment" -> environment = value;
        case "--with" -> {
          for (String name : value.split(",")) {
            with.add(OptionalStack.named(name));
          }
        }
        default ->
            throw new IllegalArgumentException(
                "Cannot use " + args[at] + ": there is no such option. Use --help.");
      }
    }
    return new PlatformOptions(home, engine, spark, environment, with);
  }
}
