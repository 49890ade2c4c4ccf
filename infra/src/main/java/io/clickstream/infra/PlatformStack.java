package io.clickstream.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** Base class of the stacks: names, parameters, outputs, and reasons for exceptions to rules. */
abstract class PlatformStack extends Stack {

  /** Key of the environment in the context of the app. */
  static final String ENVIRONMENT = "clickstream:environment";

  /** Pattern of a network of at most 2^24 addresses, or of an empty text. */
  private static final String CIDR_OR_NOTHING =
      "^$|^[1-9]\\d{0,2}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}/(8|9|[12]\\d|3[0-2])$";

  private final String environmentName;

  /** Creates a stack for the region of the deployment. */
  PlatformStack(Construct app, String name, String description) {
    this(app, name, description, null);
  }

  /** Creates a stack for a region, or for that of the deployment if the region is null. */
  PlatformStack(Construct app, String name, String description, Environment region) {
    super(
        app,
        "Clickstream-" + (environmentOf(app).isEmpty() ? "" : environmentOf(app) + "-") + name,
        StackProps.builder().description("Clickstream: " + description).env(region).build());
    environmentName = environmentOf(app);
  }

  /** Returns the name of the environment of an app; empty for the only or the main one. */
  static String environmentOf(Construct app) {
    Object given = app.getNode().tryGetContext(ENVIRONMENT);
    return given == null ? "" : given.toString();
  }

  /**
   * Returns a name that is unique in the account and region: {@code clickstream-etl}, or {@code
   * clickstream-dev-etl} in the environment {@code dev}.
   */
  String name(String part) {
    return prefix() + "-" + part;
  }

  /** Returns the first part of the names of this environment. */
  String prefix() {
    return environmentName.isEmpty() ? "clickstream" : "clickstream-" + environmentName;
  }

  /**
   * Returns a namespace of metrics: {@code Clickstream/Etl}, or {@code Clickstream-dev/Etl} in the
   * environment {@code dev}.
   */
  String metrics(String part) {
    return (environmentName.isEmpty() ? "Clickstream" : "Clickstream-" + environmentName)
        + "/"
        + part;
  }

  /** Declares a text parameter with a default. */
  CfnParameter text(String name, String defaultValue, String pattern, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("String")
        .defaultValue(defaultValue)
        .allowedPattern(pattern)
        .description(description)
        .build();
  }

  /** Declares a text parameter without a default. */
  CfnParameter requiredText(String name, String pattern, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("String")
        .allowedPattern(pattern)
        .description(description)
        .build();
  }

  /** Declares a parameter that has one of a few values. */
  CfnParameter choice(String name, String defaultValue, List<String> values, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("String")
        .defaultValue(defaultValue)
        .allowedValues(values)
        .description(description)
        .build();
  }

  /** Declares an integer parameter within bounds. */
  CfnParameter number(String name, int defaultValue, int least, int most, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("Number")
        .defaultValue(defaultValue)
        .minValue(least)
        .maxValue(most)
        .description(description)
        .build();
  }

  /** Declares a parameter for addresses that may connect; the default is none. */
  CfnParameter cidrOrNothing(String name, String description) {
    return text(name, "", CIDR_OR_NOTHING, description);
  }

  /** Declares an output that people and scripts read. */
  void output(String name, String value, String description) {
    CfnOutput.Builder.create(this, name).value(value).description(description).build();
  }

  /** Suppresses a cdk-nag rule with a reason, for one finding or, without a finding, for all. */
  static void explain(IConstruct construct, String rule, String reason, Object... findings) {
    NagPackSuppression.Builder suppression = NagPackSuppression.builder().id(rule).reason(reason);
    if (findings.length > 0) {
      suppression.appliesTo(List.of(findings));
    }
    NagSuppressions.addResourceSuppressions(construct, List.of(suppression.build()), true);
  }
}
