package io.clickstream.etl.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamedStatementTest {

  private final Map<Integer, Object> values = new TreeMap<>();
  private String prepared;

  private NamedStatement prepare() {
    PreparedStatement statement =
        (PreparedStatement)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "setObject" -> values.put((Integer) arguments[0], arguments[1]);
                      case "executeUpdate" -> 3;
                      default -> null;
                    });
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  prepared = (String) arguments[0];
                  return statement;
                });
    return NamedStatement.prepare(
        connection,
        SqlStatement.of(getClass(), "example").with("events", "events").with("gap_s", 1));
  }

  @Test
  void aNamedValueIsBoundWhereverItsNameOccurs() {
    try (NamedStatement statement = prepare()) {
      assertThat(statement.set("since", "s").set("visitor_id", "v").update()).isEqualTo(3);
    }
    assertThat(values).isEqualTo(Map.of(1, "v", 2, "s", 3, "s"));
  }

  @Test
  void aCastIsNotAParameter() {
    prepare().close();
    assertThat(prepared)
        .contains("occurred_at::DATE AS day", "visitor_id = ? AND", ">= ? - INTERVAL", "< ? AND");
  }

  @Test
  void aValueForAnUnknownNameIsRefused() {
    try (NamedStatement statement = prepare()) {
      assertThatThrownBy(() -> statement.set("until", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(":until");
    }
  }

  @Test
  void aStatementWithAValueMissingIsNotExecuted() {
    try (NamedStatement statement = prepare()) {
      statement.set("since", "s");
      assertThatThrownBy(statement::update)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("[visitor_id]");
    }
  }
}
