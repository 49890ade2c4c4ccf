package io.clickstream.local.reload;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.local.reload.DatabaseUrl.Name;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives a warehouse the rights and the settings of another one.
 *
 * <p>A right that the other one lacks is revoked, but not from the roles of the platform: the
 * migrations of a newer version may give them more. The migrations take rights on the database from
 * everyone, so none of these is given back.
 */
final class Grants {

  private static final Set<String> ROLES_OF_THE_PLATFORM =
      Set.of("clickstream_owner", "clickstream_etl", "clickstream_reader");

  /** Settings whose stored value is a list of quoted names. */
  private static final Set<String> LISTS =
      Set.of(
          "search_path",
          "local_preload_libraries",
          "session_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private record Right(String kind, String object, String privilege, String role) {}

  private record Entry(Right right, boolean isGrantable, boolean isOwner) {

    String object() {
      return right.kind() + " " + right.object();
    }
  }

  private record Setting(String role, String name, String value) {}

  private Grants() {}

  /** Copies rights from one database to another. */
  static void copy(Server server, Name from, Name to) {
    List<Entry> wanted;
    try (SqlConnection connection = server.connectTo(from)) {
      wanted = entries(connection);
    }
    try (SqlConnection connection = server.connectTo(to)) {
      apply(connection, to, wanted, entries(connection));
    }
    copySettings(server, from, to);
  }

  private static List<Entry> entries(SqlConnection connection) {
    connection.execute("SET search_path = pg_catalog");
    return connection.rows(
        SqlStatement.of(Grants.class, "grants").text(),
        row ->
            new Entry(
                new Right(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                row.getBoolean(5),
                row.getBoolean(6)));
  }

  private static void apply(
      SqlConnection connection, Name to, List<Entry> wanted, List<Entry> present) {
    Set<String> wantedObjects = objects(wanted);
    Set<String> presentObjects = objects(present);
    Set<Right> wantedRights = rights(wanted);
    connection.begin();
    for (Entry entry : present) {
      if (!entry.isOwner()
          && wantedObjects.contains(entry.object())
          && !wantedRights.contains(entry.right())
          && !ROLES_OF_THE_PLATFORM.contains(entry.right().role())) {
        connection.execute("REVOKE %s FROM %s".formatted(on(entry, to), entry.right().role()));
      }
    }
    Set<Entry> missing = new LinkedHashSet<>(wanted);
    present.forEach(missing::remove);
    for (Entry entry : missing) {
      boolean isForEveryone =
          entry.right().kind().equals("DATABASE") && entry.right().role().equals("PUBLIC");
      if (!entry.isOwner() && !isForEveryone && presentObjects.contains(entry.object())) {
        connection.execute(
            "GRANT %s TO %s%s"
                .formatted(
                    on(entry, to),
                    entry.right().role(),
                    entry.isGrantable() ? " WITH GRANT OPTION" : ""));
      }
    }
    connection.commit();
  }

  private static Set<String> objects(List<Entry> entries) {
    return entries.stream().map(Entry::object).collect(Collectors.toSet());
  }

  private static Set<Right> rights(List<Entry> entries) {
    return entries.stream().map(Entry::right).collect(Collectors.toSet());
  }

  private static String on(Entry entry, Name database) {
    Right right = entry.right();
    return "%s ON %s %s"
        .formatted(
            right.privilege(),
            right.kind(),
            right.kind().equals("DATABASE") ? database.quoted() : right.object());
  }

  private static void copySettings(Server server, Name from, Name to) {
    List<Setting> settings;
    try (NamedStatement statement =
        server.connection().prepare(SqlStatement.of(Grants.class, "database_settings"))) {
      settings =
          statement
              .set("database", from.text())
              .rows(row -> new Setting(row.getString(1), row.getString(2), row.getString(3)));
    }
    for (Setting setting : settings) {
      boolean isList = LISTS.contains(setting.name().toLowerCase(Locale.ROOT));
      server
          .connection()
          .execute(
              "ALTER %s SET %s TO %s"
                  .formatted(
                      setting.role().isEmpty()
                          ? "DATABASE " + to.quoted()
                          : "ROLE %s IN DATABASE %s".formatted(setting.role(), to.quoted()),
                      setting.name(),
                      isList ? setting.value() : Server.literal(setting.value())));
    }
  }
}
