package io.clickstream.local.reload;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.ServerClock;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.local.reload.DatabaseUrl.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The databases of a server, seen from the database {@code postgres}, which is never renamed. */
final class Server implements AutoCloseable {

  private static final Name MAINTENANCE = new Name("postgres");

  /** Lines of postmaster.pid, from 0. */
  private static final int START_TIME_LINE = 2;

  private final DatabaseUrl url;
  private final Warehouse login;
  private final SqlConnection connection;

  private Server(DatabaseUrl url, Warehouse login, SqlConnection connection) {
    this.url = url;
    this.login = login;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @param login a warehouse of the server, with the user that is to make and rename databases
   */
  static Server open(DatabaseUrl url, Warehouse login) {
    return new Server(url, login, connect(url, login, MAINTENANCE));
  }

  private static SqlConnection connect(DatabaseUrl url, Warehouse login, Name database) {
    Warehouse warehouse =
        new Warehouse(url.of(database), login.user(), login.password(), login.tls());
    try {
      // Not as the loading role, which may neither create nor rename databases.
      return new SqlConnection(warehouse.dataSource().getConnection());
    } catch (SQLException e) {
      throw new LoadException(
          "Cannot connect to the database %s as %s: %s"
              .formatted(database, login.user(), new DatabaseException(e).getMessage()),
          e);
    }
  }

  /** Opens another connection to the server, in the database {@code postgres}. */
  SqlConnection another() {
    return connect(url, login, MAINTENANCE);
  }

  /** Connects to a database as the user, without taking another role. */
  SqlConnection connectTo(Name database) {
    return connect(url, login, database);
  }

  /** Returns a database as a warehouse, to which the job connects. */
  Warehouse warehouse(Name database) {
    return new Warehouse(url.of(database), login.user(), login.password(), login.tls());
  }

  String jdbcUrl(Name database) {
    return url.of(database);
  }

  SqlConnection connection() {
    return connection;
  }

  Instant time() {
    return ServerClock.now(connection);
  }

  boolean exists(Name database) {
    return !oid(database).isEmpty();
  }

  OptionalLong oid(Name database) {
    List<Long> found =
        rows("SELECT oid::BIGINT FROM pg_database WHERE datname = :database", database);
    return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0));
  }

  private List<Long> rows(String query, Name database) {
    try (NamedStatement statement = connection.prepare(SqlStatement.inline(query))) {
      return statement.set("database", database.text()).rows(row -> row.getLong(1));
    }
  }

  /** Returns the bytes of a database on disk. */
  long bytes(Name database) {
    return rows("SELECT pg_database_size(:database)", database).get(0);
  }

  /** Returns the comment of a database, or nothing without one. */
  Optional<String> comment(Name database) {
    try (NamedStatement statement =
        connection.prepare(
            SqlStatement.inline(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                    + " WHERE datname = :database"))) {
      List<Optional<String>> found =
          statement
              .set("database", database.text())
              .rows(row -> Optional.ofNullable(row.getString(1)));
      return found.isEmpty() ? Optional.empty() : found.get(0);
    }
  }

  /** Returns the state of a database; nothing if no reload has made it. */
  Optional<State> state(Name database) {
    return comment(database).flatMap(State::of);
  }

  void setState(Name database, State state) {
    connection.execute(commentOn(database, Optional.of(state.comment())));
  }

  static String commentOn(Name database, Optional<String> comment) {
    return "COMMENT ON DATABASE %s IS %s"
        .formatted(database.quoted(), comment.map(Server::literal).orElse("NULL"));
  }

  /** Returns a string literal of SQL, whatever {@code standard_conforming_strings} says. */
  static String literal(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Returns the databases that were swapped out, the latest first. */
  List<Name> before(Names names) {
    return connection
        .rows("SELECT datname FROM pg_database ORDER BY datname DESC", row -> row.getString(1))
        .stream()
        .filter(names::isBefore)
        .map(Name::new)
        .filter(name -> state(name).equals(Optional.of(State.BEFORE)))
        .toList();
  }

  /** Creates a database with the encoding, the locale, the owner and the place of another one. */
  void create(Name database, Name like) {
    String clause;
    try (NamedStatement statement =
        connection.prepare(SqlStatement.of(Server.class, "database_clause"))) {
      clause = statement.set("database", like.text()).rows(row -> row.getString(1)).get(0);
    }
    connection.execute("CREATE DATABASE %s %s".formatted(database.quoted(), clause));
  }

  void drop(Name database) {
    connection.execute("DROP DATABASE %s WITH (FORCE)".formatted(database.quoted()));
  }

  /**
   * Returns the free bytes of the server's disk. Nothing if the server is on another machine, or if
   * this user may not see its data folder.
   */
  OptionalLong freeBytes() {
    try {
      return connection
          .firstRow(
              SqlStatement.of(Server.class, "server_is_here").text(),
              row -> freeBytes(Path.of(row.getString(1)), row.getLong(2)))
          .orElse(OptionalLong.empty());
    } catch (DatabaseException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong freeBytes(Path dataFolder, long startedAt) {
    try {
      List<String> lines = Files.readAllLines(dataFolder.resolve("postmaster.pid"));
      long here = Long.parseLong(lines.get(START_TIME_LINE).strip());
      // A forwarded port leads to another machine, which may use the same folder.
      return Math.abs(here - startedAt) > 1
          ? OptionalLong.empty()
          : OptionalLong.of(Files.getFileStore(dataFolder).getUsableSpace());
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
