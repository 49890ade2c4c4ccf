package io.clickstream.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** Base class of the stacks: names, parameters, outputs, and reasons for exceptions to rules. */
abstract class PlatformStack extends Stack {

  /** Pattern of a network of at most 2^24 addresses, or of an empty text. */
  private static final String CIDR_OR_NOTHING =
      "^$|^[1-9]\\d{0,2}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}/(8|9|[12]\\d|3[0-2])$";

  PlatformStack(Construct app, String name, String description) {
    super(
        app,
        "Clickstream-" + name,
        StackProps.builder().description("Clickstream: " + description).build());
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
