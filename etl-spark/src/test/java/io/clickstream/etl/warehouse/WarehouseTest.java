package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarehouseTest {

  @Test
  void theTextOfAWarehouseHasNoPassword() {
    Warehouse warehouse = new Warehouse("jdbc:postgresql://h/d", "etl", "s3cret", null);
    assertThat(warehouse).hasToString("etl at jdbc:postgresql://h/d");
  }
}
