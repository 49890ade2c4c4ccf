package io.clickstream.etl.sessionize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionRulesTest {

  private static SessionRules rules(Duration gap, String... hosts) {
    return new SessionRules(gap, "UTC", List.of(hosts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT30M", "PT6H"})
  void aGapOfOneSecondToSixHoursIsAccepted(Duration gap) {
    assertThat(rules(gap).gap()).isEqualTo(gap);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.999999S", "-PT30M", "PT6H0.000001S", "PT6H1S", "PT1.5S"})
  void anyOtherGapIsRefused(Duration gap) {
    assertThatThrownBy(() -> rules(gap))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("session gap must be ");
  }

  @Test
  void ownHostsAreLowerCaseSortedAndWithoutWww() {
    assertThat(rules(Duration.ofHours(1), " WWW.Shop.example", "", "a.example", "shop.example"))
        .extracting(SessionRules::ownHosts)
        .isEqualTo(List.of("a.example", "shop.example"));
  }
}
