package io.clickstream.testing;

import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.PrivateFiles;
import io.clickstream.servers.ProcessReaper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/** The only PostgreSQL server of a test JVM, and new warehouses on it. */
public final class TestWarehouses {

  /** The order of text in databases that name no other: by bytes. */
  private static final String BYTE_ORDER = "LOCALE 'C' LOCALE_PROVIDER libc";

  /** The property by which the JDBC driver finds passwords. */
  static final String PASSWORD_FILE = "org.postgresql.pgpassfile";

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Map<String, String> TEMPLATES = new HashMap<>();
  private static Path passwordFile;
  private static String password;
  private static PostgresServer server;
  private static boolean hasLoader;

  private TestWarehouses() {}

  /** Returns the only server of this JVM. The JVM's end stops it and removes its data. */
  public static synchronized PostgresServer server() {
    if (server == null) {
      try {
        Path folder = Files.createTempDirectory("clickstream-postgresql-");
        ProcessReaper reaper = new ProcessReaper();
        server = start(folder.resolve("data"), 0, reaper);
        reaper.guard(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  /**
   * Starts a server with the password of all servers of this JVM. Clients of this JVM and of
   * commands that tests start find it in a file.
   */
  public static PostgresServer start(Path dataFolder, int port, ProcessReaper reaper)
      throws IOException {
    return start(dataFolder, port, reaper, Optional.empty());
  }

  /** Starts a server of the oldest PostgreSQL that a warehouse may have, with the same password. */
  public static PostgresServer startOldest(Path dataFolder, ProcessReaper reaper)
      throws IOException {
    Path binaries = Path.of(System.getProperty("oldest.postgresql.binaries"));
    return start(dataFolder, 0, reaper, Optional.of(binaries));
  }

  private static synchronized PostgresServer start(
      Path dataFolder, int port, ProcessReaper reaper, Optional<Path> binaries) throws IOException {
    if (password == null) {
      password = PrivateFiles.secret();
      passwordFile = Files.createTempDirectory("clickstream-passwords-").resolve("pgpass");
      new ProcessReaper().guard(passwordFile.getParent());
      PrivateFiles.write(passwordFile, "*:*:*:*:" + password + "\n");
      System.setProperty(PASSWORD_FILE, passwordFile.toString());
    }
    if (!Files.exists(dataFolder)) {
      PostgresServer.writePassword(dataFolder, password);
    }
    return new PostgresServer(dataFolder, port, false, reaper, binaries);
  }

  /**
   * Returns the environment of a job in this JVM: the password. The driver in the job's jar is
   * relocated, and does not know the property that names the file.
   */
  public static synchronized Map<String, String> jobEnvironment() {
    return password == null ? Map.of() : Map.of("DW_PASSWORD", password);
  }

  /** Gives roles the password that clients of this JVM find in its file. */
  public static void letLogIn(PostgresServer server, String... roles) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      for (String role : roles) {
        statement.execute("ALTER ROLE " + role + " PASSWORD '" + password + "'");
      }
    }
  }

  /** Returns the JDBC URL of a new database without any table. */
  public static String empty() throws SQLException {
    String name = "dw_" + NEXT.incrementAndGet();
    server().createDatabase(name);
    return server().jdbcUrl(name);
  }

  /** Returns the JDBC URL of a new warehouse. */
  public static String migrated() throws SQLException {
    String name = "dw_" + NEXT.incrementAndGet();
    create(name, BYTE_ORDER);
    return server().jdbcUrl(name);
  }

  /** Returns the JDBC URL of a copy of a warehouse to which nobody is connected. */
  public static String copyOf(String jdbcUrl) throws SQLException {
    String name = "dw_" + NEXT.incrementAndGet();
    String original = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
    execute("CREATE DATABASE " + name + " TEMPLATE " + original);
    return server().jdbcUrl(name);
  }

  /** Creates {@link TestWarehouse#LOADER} on the server, if it does not exist yet. */
  public static synchronized void createLoader() throws SQLException {
    if (!hasLoader) {
      template(BYTE_ORDER);
      TestWarehouse.createLoader(server);
      hasLoader = true;
    }
  }

  /**
   * Creates a migrated warehouse as a copy of a template, which is migrated once in this JVM.
   *
   * @param locale the clause of {@code CREATE DATABASE} that says how the database orders text
   */
  public static void create(String name, String locale) throws SQLException {
    execute("CREATE DATABASE " + name + " TEMPLATE " + template(locale));
  }

  private static synchronized String template(String locale) throws SQLException {
    String template = TEMPLATES.get(locale);
    if (template == null) {
      template = "template_" + TEMPLATES.size();
      execute("CREATE DATABASE " + template + " TEMPLATE template0 " + locale);
      migrate(server().jdbcUrl(template));
      TEMPLATES.put(locale, template);
    }
    return template;
  }

  /** Executes a statement as the superuser, in the server's own database. */
  public static void execute(String sql) throws SQLException {
    try (Connection connection = server().connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Brings a database to the newest schema. */
  public static void migrate(String jdbcUrl) throws SQLException {
    new Migrations(Home.find().sql()).apply(jdbcUrl, PostgresServer.USER, null);
  }

  /** Opens a connection as the superuser. */
  public static Connection connect(String jdbcUrl) throws SQLException {
    return DriverManager.getConnection(jdbcUrl, PostgresServer.USER, null);
  }

  /** Returns the number in the first row of a query. */
  public static long number(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns the text in the first row of a query, or null without a row. */
  public static String text(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      return row.next() ? row.getString(1) : null;
    }
  }

  /** Returns the text in the first column of each row of a query. */
  public static List<String> texts(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = connect(jdbcUrl);
        PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet rows = query.executeQuery();
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  /** Returns the ordered rows of each table that the promise covers, all of one snapshot. */
  public static Map<String, String> dump(String jdbcUrl) throws SQLException, IOException {
    try (Connection connection = snapshot(jdbcUrl)) {
      Map<String, String> dumps = new LinkedHashMap<>();
      for (Map.Entry<String, String> table : tables(connection).entrySet()) {
        dumps.put(table.getKey(), rows(connection, "*", table.getKey(), table.getValue()));
      }
      return dumps;
    }
  }

  /**
   * Returns the same as {@link #dump} for warehouses whose raw objects have other names in the same
   * hours: without the columns of these names, and without the tables that have a row per record.
   */
  public static Map<String, String> dumpWithoutObjectKeys(String jdbcUrl)
      throws SQLException, IOException {
    try (Connection connection = snapshot(jdbcUrl)) {
      Map<String, String> dumps = new LinkedHashMap<>();
      for (Map.Entry<String, String> table : tables(connection).entrySet()) {
        if (!table.getValue().contains("object_key")) {
          dumps.put(
              table.getKey(),
              rows(
                  connection,
                  columns(connection, table.getKey()),
                  table.getKey(),
                  table.getValue()));
        }
      }
      return dumps;
    }
  }

  private static Connection snapshot(String jdbcUrl) throws SQLException {
    Connection connection = connect(jdbcUrl);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    return connection;
  }

  private static String rows(Connection connection, String columns, String table, String order)
      throws SQLException, IOException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "COPY (SELECT %s FROM %s ORDER BY %s) TO STDOUT".formatted(columns, table, order),
            rows);
    return rows.toString(StandardCharsets.UTF_8);
  }

  private static String columns(Connection connection, String table) throws SQLException {
    String query = SqlResource.text("columns_without_object_keys").replace("${table}", table);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Map<String, String> tables(Connection connection) throws SQLException {
    Map<String, String> tables = new LinkedHashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(SqlResource.text("promised_tables"))) {
      ResultSet row = query.executeQuery();
      while (row.next()) {
        tables.put(
            row.getString(1),
            Objects.requireNonNull(row.getString(2), row.getString(1) + " has no primary key"));
      }
    }
    return tables;
  }
}
