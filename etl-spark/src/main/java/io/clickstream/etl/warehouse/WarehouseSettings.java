package io.clickstream.etl.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that determine rows besides the raw objects: the row of {@code warehouse_settings}.
 *
 * <p>The first load writes the row. A run with other settings is refused, because its rows would
 * contradict the stored ones.
 */
public record WarehouseSettings(
    int sessionGapSeconds,
    int priceScale,
    String reportingZone,
    List<String> ownHosts,
    int parseVersion,
    int sessionVersion,
    String botListVersion,
    int martVersion,
    int rejectedBytesDays) {

  public WarehouseSettings {
    ownHosts = List.copyOf(ownHosts);
  }

  /** Returns the settings of a run with these rules. */
  public static WarehouseSettings of(ParseRules parse, SessionRules session) {
    return new WarehouseSettings(
        (int) session.gap().toSeconds(),
        parse.priceScale(),
        session.reportingZone(),
        session.ownHosts(),
        ParseRules.VERSION,
        SessionRules.VERSION,
        ParseRules.BOT_LIST_VERSION,
        Marts.VERSION,
        parse.rejectedBytesDays());
  }

  /** Returns these settings with other session rules. */
  public WarehouseSettings with(SessionRules rules) {
    return new WarehouseSettings(
        (int) rules.gap().toSeconds(),
        priceScale,
        rules.reportingZone(),
        rules.ownHosts(),
        parseVersion,
        SessionRules.VERSION,
        botListVersion,
        Marts.VERSION,
        rejectedBytesDays);
  }

  /** Returns the rules of parsing in these settings. */
  public ParseRules parseRules() {
    return new ParseRules(priceScale, rejectedBytesDays);
  }

  /** Returns the session rules in these settings. */
  public SessionRules sessionRules() {
    return new SessionRules(Duration.ofSeconds(sessionGapSeconds), reportingZone, ownHosts);
  }

  /** Returns the stored settings, or nothing before the first load. */
  public static Optional<WarehouseSettings> read(SqlConnection connection) {
    return connection.firstRow(
        statement("read_settings").text(),
        row ->
            new WarehouseSettings(
                row.getInt(1),
                row.getInt(2),
                row.getString(3),
                List.of((String[]) row.getArray(4).getArray()),
                row.getInt(5),
                row.getInt(6),
                row.getString(7),
                row.getInt(8),
                row.getInt(9)));
  }

  /**
   * Compares these settings with the stored ones.
   *
   * @throws SettingsMismatchException naming each setting that differs
   */
  public void requireSameAs(WarehouseSettings stored) {
    Map<String, Object> here = asMap();
    List<String> differences = new ArrayList<>();
    stored
        .asMap()
        .forEach(
            (name, value) -> {
              if (!value.equals(here.get(name))) {
                differences.add(
                    "%s is %s in the warehouse, but %s here"
                        .formatted(name, value, here.get(name)));
              }
            });
    if (!differences.isEmpty()) {
      throw new SettingsMismatchException(
          "Cannot load with other settings: %s. Give those of the warehouse, or see --rebuild."
              .formatted(String.join("; ", differences)));
    }
  }

  /**
   * Compares the rule tables of channels and funnels with their state at the last load.
   *
   * @throws SettingsMismatchException if somebody has changed them since
   */
  public static void requireSameRules(SqlConnection connection) {
    if (connection.number(
            "SELECT count(*) FROM warehouse_settings WHERE rules_hash <> rules_hash()")
        > 0) {
      throw new SettingsMismatchException(
          "Cannot load: the rule tables of channels and funnels have changed since the marts were"
              + " computed. Run --rebuild first.");
    }
  }

  /** Writes the row if there is none, else compares these settings with it. */
  public void writeOrRequire(SqlConnection connection) {
    Optional<WarehouseSettings> stored = read(connection);
    if (stored.isPresent()) {
      requireSameAs(stored.get());
      requireSameRules(connection);
    } else {
      write(connection);
    }
  }

  /** Writes the row, or replaces the stored one; the settings of parsing must be equal. */
  public void write(SqlConnection connection) {
    try (NamedStatement upsert = connection.prepare(statement("write_settings"))) {
      for (Map.Entry<String, Object> setting : asMap().entrySet()) {
        if (setting.getValue() instanceof List<?> hosts) {
          upsert.setArray(setting.getKey(), "text", hosts.toArray());
        } else {
          upsert.set(setting.getKey(), setting.getValue());
        }
      }
      upsert.update();
    }
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(WarehouseSettings.class, name);
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
    settings.put("rejected_bytes_days", rejectedBytesDays);
    return settings;
  }

  /** Returns the settings as a JSON object, for the ledger. */
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
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return json.toString();
  }
}
