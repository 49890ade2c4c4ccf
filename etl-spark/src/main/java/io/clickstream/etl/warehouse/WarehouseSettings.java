package io.clickstream.etl.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sql.Sql;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whatever changes rows besides the raw objects: the one row of {@code warehouse_settings}. The
 * first load writes it; a run with other settings is refused, since its rows would not fit the
 * rest.
 */
public record WarehouseSettings(
    int sessionGapSeconds,
    int priceScale,
    String reportingZone,
    List<String> ownHosts,
    int parseVersion,
    int sessionVersion,
    String botListVersion,
    int martVersion) {

  public WarehouseSettings {
    ownHosts = List.copyOf(ownHosts);
  }

  /** The settings that a run with these rules needs. */
  public static WarehouseSettings of(ParseRules parse, SessionRules session) {
    return new WarehouseSettings(
        (int) session.gap().toSeconds(),
        parse.priceScale(),
        session.reportingZone().getId(),
        session.ownHosts(),
        ParseRules.VERSION,
        SessionRules.VERSION,
        ParseRules.BOT_LIST_VERSION,
        Marts.VERSION);
  }

  /** These settings with other rules of sessions. */
  public WarehouseSettings with(SessionRules rules) {
    return new WarehouseSettings(
        (int) rules.gap().toSeconds(),
        priceScale,
        rules.reportingZone().getId(),
        rules.ownHosts(),
        parseVersion,
        SessionRules.VERSION,
        botListVersion,
        Marts.VERSION);
  }

  /** The rules of sessions among them. */
  public SessionRules sessionRules() {
    return new SessionRules(
        Duration.ofSeconds(sessionGapSeconds), ZoneId.of(reportingZone), ownHosts);
  }

  /** The stored settings; empty before the first load. */
  public static Optional<WarehouseSettings> read(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT session_gap_s, price_scale, reporting_zone, own_hosts, parse_version,
              session_version, bot_list_version, mart_version
            FROM warehouse_settings""")) {
      ResultSet row = query.executeQuery();
      return row.next()
          ? Optional.of(
              new WarehouseSettings(
                  row.getInt(1),
                  row.getInt(2),
                  row.getString(3),
                  List.of((String[]) row.getArray(4).getArray()),
                  row.getInt(5),
                  row.getInt(6),
                  row.getString(7),
                  row.getInt(8)))
          : Optional.empty();
    }
  }

  /**
   * Compares with the stored settings.
   *
   * @throws SettingsMismatchException naming each that differs
   */
  public void requireSameAs(WarehouseSettings stored) {
    Map<String, Object> here = asMap();
    List<String> differences = new ArrayList<>();
    stored
        .asMap()
        .forEach(
            (name, value) -> {
              if (!value.equals(here.get(name))) {
                differences.add(name + " is " + value + " there and " + here.get(name) + " here");
              }
            });
    if (!differences.isEmpty()) {
      throw new SettingsMismatchException(
          "the warehouse was loaded with other settings: " + String.join("; ", differences));
    }
  }

  /**
   * Compares the rules that are data, of channels and funnels, with those of the last load.
   *
   * @throws SettingsMismatchException when somebody has changed them since
   */
  public static void requireSameRules(Connection connection) throws SQLException {
    if (Sql.number(
            connection, "SELECT count(*) FROM warehouse_settings WHERE rules_hash <> rules_hash()")
        > 0) {
      throw new SettingsMismatchException(
          "the rule tables of channels and funnels were changed since the marts were made:"
              + " run --rebuild first");
    }
  }

  /** Writes the row if there is none; otherwise compares with it. */
  public void writeOrRequire(Connection connection) throws SQLException {
    Optional<WarehouseSettings> stored = read(connection);
    if (stored.isPresent()) {
      requireSameAs(stored.get());
      requireSameRules(connection);
    } else {
      write(connection);
    }
  }

  /** Writes the row, in the place of the stored one; those of parsing must be the same. */
  public void write(Connection connection) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO warehouse_settings (session_gap_s, price_scale, reporting_zone, own_hosts,
              parse_version, session_version, bot_list_version, mart_version, rules_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, rules_hash())
            ON CONFLICT (only_row) DO UPDATE SET session_gap_s = EXCLUDED.session_gap_s,
              reporting_zone = EXCLUDED.reporting_zone, own_hosts = EXCLUDED.own_hosts,
              session_version = EXCLUDED.session_version, mart_version = EXCLUDED.mart_version,
              rules_hash = EXCLUDED.rules_hash""")) {
      upsert.setInt(1, sessionGapSeconds);
      upsert.setInt(2, priceScale);
      upsert.setString(3, reportingZone);
      upsert.setArray(4, connection.createArrayOf("text", ownHosts.toArray()));
      upsert.setInt(5, parseVersion);
      upsert.setInt(6, sessionVersion);
      upsert.setString(7, botListVersion);
      upsert.setInt(8, martVersion);
      upsert.executeUpdate();
    }
  }

  private Map<String, Object> asMap() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("session_gap_s", sessionGapSeconds);
    settings.put("price_scale", priceScale);
    settings.put("reporting_zone", reportingZone);
    settings.put("own_hosts", ownHosts);
    settings.put("parse_version", parseVersion);
    settings.put("session_version", sessionVersion);
    settings.put("bot_list_version", botListVersion);
    settings.put("mart_version", martVersion);
    return settings;
  }

  /** The settings as a JSON object, for the ledger. */
  public String toJson() {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
      generator.writeStartObject();
      for (Map.Entry<String, Object> setting : asMap().entrySet()) {
        generator.writeFieldName(setting.getKey());
        if (setting.getValue() instanceof Integer number) {
          generator.writeNumber(number);
        } else if (setting.getValue() instanceof List<?> hosts) {
          generator.writeStartArray();
          for (Object host : hosts) {
            generator.writeString((String) host);
          }
          generator.writeEndArray();
        } else {
          generator.writeString((String) setting.getValue());
        }
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return json.toString();
  }
}
