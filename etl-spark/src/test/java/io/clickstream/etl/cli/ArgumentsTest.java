package io.clickstream.etl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  private static Arguments parse(String... line) {
    return Arguments.parse(line);
  }

  private static void assertRefused(String reasonAndRemedy, String... line) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read the arguments: " + reasonAndRemedy);
  }

  @Test
  void aValueFollowsItsNameOrAnEqualsSign() {
    assertThat(parse("--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--raw=a").required("raw")).isEqualTo("a");
    assertThat(parse("--raw=a=b").required("raw")).isEqualTo("a=b");
    assertThat(parse("--raw=--a").required("raw")).isEqualTo("--a");
    assertThat(parse("--raw", "-a").required("raw")).isEqualTo("-a");
  }

  @Test
  void aFlagIsTrueWithoutAValueWithAnEmptyOneOrWithTrue() {
    assertThat(parse("--dry-run").flag("dry-run")).isTrue();
    assertThat(parse("--dry-run", "--raw", "a").flag("dry-run")).isTrue();
    assertThat(parse("--dry-run", "").flag("dry-run")).isTrue();
    assertThat(parse("--dry-run=").flag("dry-run")).isTrue();
    assertThat(parse("--dry-run", "true").flag("dry-run")).isTrue();
    assertThat(parse("--dry-run=true").flag("dry-run")).isTrue();
  }

  @Test
  void aFlagIsFalseWithFalseOrWhenAbsent() {
    assertThat(parse("--dry-run", "false").flag("dry-run")).isFalse();
    assertThat(parse("--dry-run=false").flag("dry-run")).isFalse();
    assertThat(parse().flag("dry-run")).isFalse();
  }

  @Test
  void helpIsAskedForInEveryFormOfAFlag() {
    assertThat(Arguments.askForHelp("--raw", "x", "--help")).isTrue();
    assertThat(Arguments.askForHelp("--help", "--dry-run")).isTrue();
    assertThat(Arguments.askForHelp("--help", "true", "--dry-run")).isTrue();
    assertThat(Arguments.askForHelp("--help", "")).isTrue();
    assertThat(Arguments.askForHelp("--help=")).isTrue();
    assertThat(Arguments.askForHelp("--help=true")).isTrue();
    assertThat(Arguments.askForHelp("--help", "false")).isFalse();
    assertThat(Arguments.askForHelp("--help=false")).isFalse();
    assertThat(Arguments.askForHelp("--raw", "x", "--dry-run", "true")).isFalse();
  }

  @Test
  void aFlagHasNoOtherValue() {
    assertThatThrownBy(() -> parse("--dry-run", "yes").flag("dry-run"))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read the arguments: --dry-run is 'yes'. Give true, false or no value.");
  }

  @Test
  void anUnknownArgumentIsNamed() {
    String remedy = ". Run with --help for the list.";
    assertRefused("--hurry is unknown" + remedy, "--raw", "a", "--hurry", "up");
    assertRefused("--hurry is unknown" + remedy, "--dry-run", "--hurry", "up");
    assertRefused("--db-password is unknown" + remedy, "--db-password=s3cret");
    assertRefused("--Raw is unknown" + remedy, "--Raw", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "-raw", "--", ""})
  void aWordThatFollowsNoArgumentIsNamed(String word) {
    String message = "'" + word + "' follows no argument. Write --name value or --name=value.";
    assertRefused(message, word);
    assertRefused(message, "--raw", "a", word);
  }

  @Test
  void anOptionNeedsItsValue() {
    String message = "--raw has no value. Give --raw VALUE.";
    assertRefused(message, "--raw");
    assertRefused(message, "--raw", "--dry-run");
    assertRefused(message, "--raw", "--hurry");
  }

  @Test
  void aValueIsNotChanged() {
    assertThat(parse("--raw", "@file").required("raw")).isEqualTo("@file");
    assertThat(parse("--raw", "\"a b\"").required("raw")).isEqualTo("\"a b\"");
    assertThat(parse("--raw", "${HOME}").required("raw")).isEqualTo("${HOME}");
  }

  @Test
  void anEmptyValueIsAbsent() {
    assertThat(parse("--own-hosts", "").optional("own-hosts")).isEmpty();
    assertThat(parse("--own-hosts", " ").optional("own-hosts")).isEmpty();
    String missing = "Cannot read the arguments: --raw is missing. Give --raw VALUE.";
    assertThatThrownBy(() -> parse("--raw", "").required("raw"))
        .isInstanceOf(UsageException.class)
        .hasMessage(missing);
    assertThatThrownBy(() -> parse().required("raw")).hasMessage(missing);
  }

  @Test
  void anArgumentIsGivenOnce() {
    assertRefused("--raw is given twice. Give it once.", "--raw", "a", "--raw=a");
    assertRefused("--dry-run is given twice. Give it once.", "--dry-run", "--dry-run=false");
    assertRefused("--dry-run is given twice. Give it once.", "--dry-run", "false", "--dry-run");
  }

  @ParameterizedTest
  @CsvSource({
    "JOB_NAME, etl",
    "JOB_ID, j_1",
    "JOB_RUN_ID, jr_1",
    "SECURITY_CONFIGURATION, none",
    "TempDir, s3://bucket/temp/",
    "encryption-type, sse-s3",
    "job-bookmark-option, job-bookmark-disable",
    "job-bookmark-from, 1",
    "job-language, scala",
    "class, io.clickstream.etl.EtlMain",
    "conf, spark.executor.cores=4",
    "enable-metrics, true",
    "enable-continuous-cloudwatch-log, true",
    "enable-observability-metrics, ''",
    "extra-jars, s3://bucket/etl-spark.jar",
    "continuous-log-logGroup, /aws-glue/jobs",
    "scriptLocation, s3://bucket/x.scala",
    "user-jars-first, true",
  })
  void theArgumentsOfGlueAreIgnoredWithTheirValues(String name, String value) {
    assertThat(parse("--" + name, value, "--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--" + name + "=" + value, "--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--raw", "a", "--" + name).required("raw")).isEqualTo("a");
    assertThat(parse("--" + name, "--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--" + name, value, "--" + name + "=x", "--raw", "a").required("raw"))
        .isEqualTo("a");
  }
}
