package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {

  private static final UUID RANDOM = UUID.fromString("01234567-89ab-4def-8123-456789abcdef");

  private static Visitor visitor(boolean olderClient, long clockSkewMillis) {
    Visitor person = Visitor.person(1, 1);
    return new Visitor(
        person.clientId(),
        person.browser(),
        person.sourceIp(),
        person.language(),
        person.account(),
        person.startsLoggedIn(),
        person.newcomer(),
        person.guestState(),
        olderClient,
        clockSkewMillis);
  }

  @Test
  void anIdBeginsWithTheTimeOfTheClientsClock() {
    EventIds ids = new EventIds(visitor(false, 5));
    assertThat(ids.next(0x0199_1234_5678L, RANDOM))
        .hasToString("01991234-567d-700f-8123-456789abcdef");
  }

  @Test
  void idsOfAMillisecondAscendBeyondTheCounter() {
    EventIds ids = new EventIds(visitor(false, 0));
    UUID last = ids.next(1, RANDOM);
    for (int i = 0; i < 300; i++) {
      UUID next = ids.next(1, RANDOM);
      assertThat(next.toString()).isGreaterThan(last.toString());
      last = next;
    }
    assertThat(last).hasToString("00000000-0002-72cf-8123-456789abcdef");
  }

  @Test
  void anOlderClientHasRandomIds() {
    assertThat(new EventIds(visitor(true, 0)).next(1, RANDOM)).isEqualTo(RANDOM);
  }
}
