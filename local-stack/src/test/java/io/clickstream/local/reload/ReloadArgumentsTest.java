package io.clickstream.local.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReloadArgumentsTest {

  private static ReloadArguments parse(String... more) {
    ReloadArguments arguments = new ReloadArguments();
    CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create());
    line.addMixin("arguments", arguments);
    line.parseArgs(more);
    return arguments;
  }

  @Test
  void theJobGetsTheArgumentsThatAreGiven() {
    ReloadArguments all =
        parse(
            "--jdbc-url=jdbc:postgresql://db/w",
            "--db-user=u",
            "--db-ca=/ca.pem",
            "--aws-region=eu-west-1");
    assertThat(all.ofAnyJob()).containsExactly("--db-ca", "/ca.pem", "--aws-region", "eu-west-1");
    assertThat(all.ofJob())
        .containsExactly(
            "--jdbc-url",
            "jdbc:postgresql://db/w",
            "--db-user",
            "u",
            "--db-ca",
            "/ca.pem",
            "--aws-region",
            "eu-west-1");
  }

  @Test
  void theJobGetsNothingThatIsNotGiven() {
    ReloadArguments few = parse("--jdbc-url=jdbc:postgresql://localhost/w", "--db-user=u");
    assertThat(few.ofAnyJob()).isEmpty();
    ReloadArguments unverified =
        parse("--jdbc-url=jdbc:postgresql://db/w", "--db-user=u", "--db-tls-unverified");
    assertThat(unverified.ofAnyJob()).containsExactly("--db-tls-unverified");
  }
}
