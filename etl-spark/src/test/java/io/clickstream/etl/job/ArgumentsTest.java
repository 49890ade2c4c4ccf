package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  private static Arguments parse(String... line) {
    return Arguments.parse(line, Set.of("raw", "hosts"), Set.of("dry-run", "reconcile"));
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
  void aFlagHasNoOtherValue() {
    assertThatThrownBy(() -> parse("--dry-run", "yes"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--dry-run is true or false, not 'yes'");
  }

  @Test
  void anUnknownArgumentIsNamed() {
    assertThatThrownBy(() -> parse("--raw", "a", "--hurry", "up"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown argument --hurry");
    assertThatThrownBy(() -> parse("--db-password=s3cret"))
        .hasMessage("unknown argument --db-password");
    assertThatThrownBy(() -> parse("--Raw", "a")).hasMessage("unknown argument --Raw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "-raw", "--", ""})
  void aWordThatIsNoArgumentIsNamed(String word) {
    assertThatThrownBy(() -> parse(word))
        .isInstanceOf(UsageException.class)
        .hasMessage("unexpected argument '" + word + "'");
  }

  @Test
  void anOptionNeedsItsValue() {
    assertThatThrownBy(() -> parse("--raw"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--raw needs a value");
    assertThatThrownBy(() -> parse("--raw", "--dry-run")).hasMessage("--raw needs a value");
  }

  @Test
  void anEmptyValueIsAbsent() {
    assertThat(parse("--hosts", "").optional("hosts")).isEmpty();
    assertThat(parse("--hosts", " ").optional("hosts")).isEmpty();
    assertThatThrownBy(() -> parse("--raw", "").required("raw"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--raw is missing");
    assertThatThrownBy(() -> parse().required("raw")).hasMessage("--raw is missing");
  }

  @Test
  void nothingIsGivenTwice() {
    assertThatThrownBy(() -> parse("--raw", "a", "--raw=a"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--raw is given twice");
    assertThatThrownBy(() -> parse("--dry-run", "--dry-run=false"))
        .hasMessage("--dry-run is given twice");
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
  void gluesOwnArgumentsAreIgnoredWithTheirValues(String name, String value) {
    assertThat(parse("--" + name, value, "--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--" + name + "=" + value, "--raw", "a").required("raw")).isEqualTo("a");
    assertThat(parse("--raw", "a", "--" + name).required("raw")).isEqualTo("a");
    assertThat(parse("--" + name, "--raw", "a").required("raw")).isEqualTo("a");
  }
}
