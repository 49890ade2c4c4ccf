package io.clickstream.etl.cli;

import java.io.IOException;

/** Reads secrets of AWS Secrets Manager. */
@FunctionalInterface
interface SecretReader {

  /**
   * Returns the text of a secret.
   *
   * @throws IOException with one line that holds the reason and nothing of the secret
   */
  String read(SecretArn secret) throws IOException;
}
