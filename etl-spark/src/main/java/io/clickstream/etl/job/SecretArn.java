package io.clickstream.etl.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a secret in AWS Secrets Manager, which says where it is.
 *
 * @param text {@code arn:aws:secretsmanager:<region>:<account>:secret:<name>}
 */
record SecretArn(String text) {

  private static final Pattern FORM =
      Pattern.compile("arn:(aws[a-z-]*):secretsmanager:([a-z0-9-]+):\\d{12}:secret:[^\\s:]+");

  /**
   * Checks the form.
   *
   * @throws UsageException when it has another
   */
  SecretArn {
    if (!FORM.matcher(text).matches()) {
      throw new UsageException(
          "--db-secret-arn is arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, not '"
              + text
              + "'");
    }
  }

  String region() {
    return part(2);
  }

  /** Of the region's service. China has a domain of its own. */
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
