package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.Home;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LiveQueryTest {

  @Test
  void theQueryIsThatOfTheDashboardsAtTheInstantThatTheirPagesShare() throws Exception {
    String query = LiveQuery.of(Home.find()).at(Instant.parse("2026-11-22T13:05:14.999Z"));

    assertThat(query)
        .contains("FROM traffic_minutely", "interval '29 minutes'", "interval '5 minutes'")
        .contains("'2026-11-22T13:05:10Z'::timestamptz")
        .doesNotContain(":moment", "%", "\"", "\\");
  }

  @Test
  void aPageIsRefreshedAsOftenAsTheScriptOfTheDashboardsDoes() throws Exception {
    assertThat(Files.readString(Home.find().folder().resolve("shiny/www/dashboard.js")))
        .contains("const LIVE_MS = " + LiveQuery.REFRESH_SECONDS + "_000;");
  }
}
