package io.clickstream.etl.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Amazon Resource Name of a secret in AWS Secrets Manager, which includes its region.
 *
 * @param text {@code arn:aws:secretsmanager:<region>:<account>:secret:<name>}
 */
record SecretArn(String text) {

  private static final Pattern FORM =
      Pattern.compile("arn:(aws[a-z-]*):secretsmanager:([a-z0-9-]+):\\d{12}:secret:[^\\s:]+");

  /**
   * Checks the form.
   *
   * @throws UsageException when the text has another form
   */
  SecretArn {
    if (!FORM.matcher(text).matches()) {
      throw new UsageException(
          "--db-secret-arn is '" + text + "'",
          "Give arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME");
    }
  }

  String region() {
    return part(2);
  }

  /** Returns the endpoint of the region's service. China has another domain. */
  String endpoint() {
    return "https://secretsmanager."
        + region()
        + (part(1).equals("aws-cn") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }

  private String part(int group) {
    Matcher matcher = FORM.matcher(text);
    matcher.matches();
    return matcher.group(group);
  }

  @Override
  public String toString() {
    return text;
  }
}
