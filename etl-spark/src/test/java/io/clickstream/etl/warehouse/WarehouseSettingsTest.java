package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarehouseSettingsTest {

  private static WarehouseSettings settings(int scale, String gap, String zone, String... hosts) {
    return WarehouseSettings.of(
        new ParseRules(scale), new SessionRules(Duration.parse(gap), zone, List.of(hosts)));
  }

  @Test
  void equalSettingsAreAccepted() {
    assertThatNoException()
        .isThrownBy(
            () ->
                settings(0, "PT30M", "Asia/Ho_Chi_Minh", "b.example", "A.example ")
                    .requireSameAs(
                        settings(0, "PT30M", "Asia/Ho_Chi_Minh", "a.example", "www.b.example")));
  }

  @Test
  void eachSettingThatDiffersIsNamed() {
    assertThatThrownBy(
            () ->
                settings(2, "PT1H", "UTC", "x.example")
                    .requireSameAs(settings(0, "PT30M", "Asia/Ho_Chi_Minh")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessage(
            "Cannot load with other settings: session_gap_s is 1800 in the warehouse, but 3600"
                + " here; price_scale is 0 in the warehouse, but 2 here; reporting_zone is"
                + " Asia/Ho_Chi_Minh in the warehouse, but UTC here; own_hosts is [] in the"
                + " warehouse, but [x.example] here. Give those of the warehouse, or see"
                + " --rebuild.");
  }

  @Test
  void theSettingsAreJson() {
    assertThat(settings(0, "PT30M", "UTC", "b.example", "a.example").toJson())
        .isEqualTo(
            "{\"session_gap_s\":1800,\"price_scale\":0,\"reporting_zone\":\"UTC\","
                + "\"own_hosts\":[\"a.example\",\"b.example\"],\"parse_version\":4,"
                + "\"session_version\":4,\"bot_list_version\":\""
                + ParseRules.BOT_LIST_VERSION
                + "\",\"mart_version\":4,\"rejected_bytes_days\":0}");
  }
}
