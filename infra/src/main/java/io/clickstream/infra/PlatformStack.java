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

/** What the stacks have in common: names, parameters, reasons. */
abstract class PlatformStack extends Stack {

  /** A network, or nothing; never the whole internet, nor a large part of it. */
  private static final String CIDR_OR_NOTHING =
      "^$|^[1-9]\\d{0,2}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}/(8|9|[12]\\d|3[0-2])$";

  PlatformStack(Construct app, String name, String description) {
    super(
        app,
        "Clickstream-" + name,
        StackProps.builder().description("Clickstream: " + description).build());
  }

  /** A text that has a default. */
  CfnParameter text(String name, String defaultValue, String pattern, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("String")
        .defaultValue(defaultValue)
        .allowedPattern(pattern)
        .description(description)
        .build();
  }

  /** A text that every account has to give. */
  CfnParameter requiredText(String name, String pattern, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("String")
        .allowedPattern(pattern)
        .description(description)
        .build();
  }

  /** A whole number within bounds. */
  CfnParameter number(String name, int defaultValue, int least, int most, String description) {
    return CfnParameter.Builder.create(this, name)
        .type("Number")
        .defaultValue(defaultValue)
        .minValue(least)
        .maxValue(most)
        .description(description)
        .build();
  }

  /** Addresses that may come in; none unless given. */
  CfnParameter cidrOrNothing(String name, String description) {
    return text(name, "", CIDR_OR_NOTHING, description);
  }

  /** A value that people and scripts ask the stack for. */
  void output(String name, String value, String description) {
    CfnOutput.Builder.create(this, name).value(value).description(description).build();
  }

  /** Why a rule of cdk-nag doesn't hold here; for one finding of it, or for all with none given. */
  static void explain(IConstruct construct, String rule, String reason, Object... findings) {
    NagPackSuppression.Builder suppression = NagPackSuppression.builder().id(rule).reason(reason);
    if (findings.length > 0) {
      suppression.appliesTo(List.of(findings));
    }
    NagSuppressions.addResourceSuppressions(construct, List.of(suppression.build()), true);
  }
}
