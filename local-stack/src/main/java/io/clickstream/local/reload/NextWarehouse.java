package io.clickstream.local.reload;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.WarehouseSettings;
import io.clickstream.local.reload.DatabaseUrl.Name;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Creates the warehouse that is to replace another one. */
final class NextWarehouse {

  /** The tables of {@code rules_hash()}, which an operator may change. */
  private static final List<String> RULES =
      List.of("channel_sources", "click_id_sources", "channel_rules", "funnel_steps");

  private final Server server;
  private final Name current;
  private final Name next;
  private final Consumer<String> messages;

  NextWarehouse(Server server, Names names, Consumer<String> messages) {
    this.server = server;
    this.current = names.current();
    this.next = names.next();
    this.messages = messages;
  }

  /**
   * Creates the database, or goes on with one that an earlier reload has created.
   *
   * @param settings its settings
   * @throws LoadException if a database of the name exists that no reload has made
   */
  void prepare(WarehouseSettings settings) throws IOException {
    Optional<State> state = server.state(next);
    if (state.isPresent() && state.get() != State.PREPARING) {
      requireSettings(settings);
      return;
    }
    if (server.exists(next)) {
      requireOurs(state);
      messages.accept("an earlier reload ended while it made " + next + ": making it again");
      server.drop(next);
    }
    messages.accept("creating the database " + next);
    server.create(next, current);
    server.setState(next, State.PREPARING);
    migrate();
    copyRules();
    try (SqlConnection connection = SqlConnection.open(server.warehouse(next))) {
      settings.writeOrRequire(connection);
    }
    Grants.copy(server, current, next);
    server.setState(next, State.LOADING);
  }

  /** The kill of a reload can leave a database without a state, but not one with tables. */
  private void requireOurs(Optional<State> state) {
    if (state.isPresent()) {
      return;
    }
    try (SqlConnection connection = server.connectTo(next)) {
      if (!connection
          .rows(SqlStatement.of(Server.class, "own_objects").text(), row -> 1)
          .isEmpty()) {
        throw new LoadException(
            "Cannot reload: the database %s exists, and no reload has made it. Rename it."
                .formatted(next));
      }
    }
  }

  private void requireSettings(WarehouseSettings settings) {
    try (SqlConnection connection = SqlConnection.open(server.warehouse(next))) {
      WarehouseSettings.read(connection).ifPresent(settings::requireSameAs);
    }
  }

  private void migrate() throws IOException {
    try {
      new Migrations(Home.find().sql()).apply(server.warehouse(next).dataSource());
    } catch (SQLException e) {
      throw new LoadException("Cannot migrate " + next + ": " + e.getMessage(), e);
    }
  }

  /** Copies the rules of channels and funnels, which are settings in tables. */
  private void copyRules() {
    try (SqlConnection from = server.connectTo(current);
        SqlConnection to = server.connectTo(next)) {
      to.begin();
      if (hash(from).equals(hash(to))) {
        return;
      }
      for (String table : RULES) {
        String rows =
            from.firstRow(
                    "SELECT coalesce(jsonb_agg(to_jsonb(whole_row)), '[]')::TEXT FROM %s AS whole_row"
                        .formatted(table),
                    row -> row.getString(1))
                .orElseThrow();
        to.execute("DELETE FROM " + table);
        try (NamedStatement insert =
            to.prepare(
                SqlStatement.inline(
                    "INSERT INTO %1$s SELECT * FROM jsonb_populate_recordset(NULL::%1$s, :rows::JSONB)"
                        .formatted(table)))) {
          insert.set("rows", rows).update();
        }
      }
      to.commit();
      messages.accept("copied the rules of channels and funnels of " + current);
    }
  }

  private static String hash(SqlConnection connection) {
    return connection.firstRow("SELECT rules_hash()", row -> row.getString(1)).orElseThrow();
  }

  /** Returns the tables and views of the current warehouse that the new one does not have. */
  List<String> ownObjects() {
    try (SqlConnection from = server.connectTo(current);
        SqlConnection to = server.connectTo(next)) {
      String query = SqlStatement.of(Server.class, "own_objects").text();
      List<String> made = to.rows(query, row -> row.getString(1));
      return from.rows(query, row -> row.getString(1)).stream()
          .filter(object -> !made.contains(object))
          .toList();
    }
  }
}
