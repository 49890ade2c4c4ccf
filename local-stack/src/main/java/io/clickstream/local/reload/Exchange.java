package io.clickstream.local.reload;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.MergeTransaction;
import io.clickstream.local.reload.DatabaseUrl.Name;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives one database the name of another one, at one instant.
 *
 * <p>Both renames are one transaction of the server: whenever this process or the server dies, each
 * database has its old name, or each has its new one.
 *
 * <ol>
 *   <li>The transaction renames the current database. PostgreSQL first locks it against new
 *       sessions, which wait, and then waits up to five seconds until it has no session.
 *   <li>Meanwhile another connection ends the sessions of both databases; last of all, the session
 *       that holds the warehouse lock. So no load commits into a warehouse that is being replaced.
 *   <li>The transaction renames the incoming database and commits. Sessions that waited are refused
 *       once, and find the new database when they connect again.
 * </ol>
 */
final class Exchange {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Server server;
  private final Name current;
  private final Name away;
  private final Name incoming;
  private final Consumer<Step> observer;

  /**
   * Creates an exchange.
   *
   * @param current the database whose name is given away
   * @param away the name that it gets
   * @param incoming the database that gets its name
   */
  Exchange(Server server, Name current, Name away, Name incoming, Consumer<Step> observer) {
    this.server = server;
    this.current = current;
    this.away = away;
    this.incoming = incoming;
    this.observer = observer;
  }

  /**
   * Renames both databases.
   *
   * @param awayState the state of the database that gives its name away
   * @param lock holds the lock of the current warehouse, and is closed
   */
  void run(State awayState, MergeTransaction lock) {
    try (SqlConnection renaming = server.another();
        SqlConnection ending = server.another()) {
      Optional<String> comment = server.comment(current);
      EndSessions sessions = new EndSessions(ending, renaming, lock);
      renaming.begin();
      sessions.start();
      try {
        rename(renaming, current, away);
        observer.accept(Step.FIRST_RENAMED);
        rename(renaming, incoming, current);
        renaming.execute(Server.commentOn(away, Optional.of(awayState.comment())));
        renaming.execute(Server.commentOn(current, comment));
        observer.accept(Step.BOTH_RENAMED);
        renaming.commit();
        observer.accept(Step.COMMITTED);
      } catch (DatabaseException e) {
        throw new LoadException(
            "Cannot rename %s: %s Nothing has changed. Run the same command again."
                .formatted(current, sessions.failure().orElse(e.getMessage() + ".")),
            e);
      } finally {
        sessions.end();
      }
    }
  }

  private static void rename(SqlConnection connection, Name from, Name to) {
    connection.execute("ALTER DATABASE %s RENAME TO %s".formatted(from.quoted(), to.quoted()));
  }

  /** Ends the sessions of both databases again and again, on a thread of its own. */
  private final class EndSessions {

    private final SqlConnection connection;
    private final long renamingPid;
    private final MergeTransaction lock;
    private final long lockPid;
    private final long currentId = server.oid(current).orElseThrow();
    private final long incomingId = server.oid(incoming).orElseThrow();
    private final Thread thread = new Thread(this::run, "end-sessions");
    private volatile boolean isOver;
    private volatile String failure;
    private boolean lockIsHeld = true;

    EndSessions(SqlConnection connection, SqlConnection renaming, MergeTransaction lock) {
      this.connection = connection;
      this.renamingPid = pid(renaming);
      this.lock = lock;
      this.lockPid = pid(lock.connection());
      thread.setDaemon(true);
    }

    private static long pid(SqlConnection connection) {
      return connection.number("SELECT pg_backend_pid()");
    }

    void start() {
      thread.start();
    }

    private void run() {
      try {
        while (!isOver) {
          long others = endOthers();
          // From now on no session can begin, so nobody can take the lock after this process.
          if (lockIsHeld && others == 0 && isBeingRenamed()) {
            lockIsHeld = false;
            lock.close();
          }
          Thread.sleep(PAUSE.toMillis());
        }
      } catch (DatabaseException e) {
        failure = "sessions cannot be ended: " + e.getMessage() + ".";
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private long endOthers() {
      try (NamedStatement statement =
          connection.prepare(SqlStatement.of(Exchange.class, "end_sessions"))) {
        return statement
            .setArray("databases", "oid", currentId, incomingId)
            .set("spared", (int) lockPid)
            .rows(row -> row.getLong(1))
            .get(0);
      }
    }

    private boolean isBeingRenamed() {
      try (NamedStatement statement =
          connection.prepare(SqlStatement.of(Exchange.class, "is_being_renamed"))) {
        return !statement
            .set("database", currentId)
            .set("pid", (int) renamingPid)
            .rows(row -> true)
            .isEmpty();
      }
    }

    Optional<String> failure() {
      return Optional.ofNullable(failure);
    }

    void end() {
      isOver = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
