package io.clickstream.it.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clickstream.it.promise.Trial.Tally;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Puts faults into the job's source, one at a time, and requires that {@link Trial} finds each.
 * Without a fault, the same trials must pass.
 *
 * <p>One fault is left out because it changes no result: a range that begins at a session start
 * equal to the changed place, instead of strictly before it. Such a change removes or replaces the
 * session's first event. The rest of the session then begins even later after the previous session,
 * or after the same cut.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MutantsIT {

  private static final boolean AT_NIGHT = Boolean.getBoolean(Nightly.PROPERTY);
  private static final int TRIALS = AT_NIGHT ? 40 : 8;
  private static final int HISTORIES = AT_NIGHT ? 168 : 72;

  /** The seed of the first trial. Another one shows whether a mutant is found by chance. */
  private static final long SEED = Long.getLong("mutants.seed", 20_261_127);

  /** Messages of the loader when its balance or a unique key prevents a merge. */
  private static final List<String> REFUSALS =
      List.of(
          "the balance does not hold",
          "violates unique constraint",
          "to be read",
          "could not serialize access",
          "It is quarantined");

  private static final List<String> CAUGHT = new ArrayList<>();

  private static int trialsNeeded = 1;

  @TempDir Path folder;

  /** The number of mutants in a run by day, another one in each run. */
  private static final int SAMPLE = 1;

  private static final List<Mutant> CHOSEN = chosen();

  static List<Mutant> mutants() {
    return CHOSEN;
  }

  /**
   * Returns the mutants to try: a sample, and all at night. {@code -Dmutants.named=TEXT} takes
   * those with the text in their name.
   */
  private static List<Mutant> chosen() {
    String wanted = System.getProperty("mutants.named", "");
    List<Mutant> named =
        new ArrayList<>(all().filter(mutant -> mutant.name().contains(wanted)).toList());
    if (!wanted.isEmpty() || AT_NIGHT) {
      return named;
    }
    Collections.shuffle(named);
    return named.subList(0, SAMPLE);
  }

  private static Stream<Mutant> all() {
    return Stream.of(
        Mutant.of("a session is continued over a change of its last event")
            .edit(
                "sessionize/affected_ranges.sql",
                "(opening.ended_at, opening.last_event_id) < (changed.first_at",
                "(opening.ended_at, opening.last_event_id) <= (changed.first_at"),
        Mutant.of("a range does not begin at a session that ended exactly the gap before")
            .edit(
                "sessionize/affected_ranges.sql",
                "CASE WHEN opening.ended_at >= changed.first_at - INTERVAL '${gap_seconds} seconds' THEN opening",
                "CASE WHEN opening.ended_at > changed.first_at - INTERVAL '${gap_seconds} seconds' THEN opening"),
        Mutant.of("the record that arrives last wins")
            .edit(
                "dedupe/duplicate_resolution.sql",
                "candidate.event_timestamp, candidate.raw_object_key) < (NOT stored",
                "candidate.event_timestamp, candidate.raw_object_key) IS DISTINCT FROM (NOT stored"),
        Mutant.of("a stored event stays when a signed duplicate comes")
            .edit(
                "dedupe/duplicate_resolution.sql",
                "(NOT candidate.is_signed, candidate.event_timestamp, candidate.raw_object_key) < (NOT stored.is_signed, stored",
                "(candidate.event_timestamp, candidate.raw_object_key) < (stored"),
        Mutant.of("duplicates are ordered by timestamp alone")
            .edit(
                "dedupe/duplicate_resolution.sql",
                "(NOT candidate.is_signed, candidate.event_timestamp, candidate.raw_object_key) < (NOT stored.is_signed, stored.event_timestamp, stored.raw_object_key)",
                "(NOT candidate.is_signed, candidate.event_timestamp) < (NOT stored.is_signed, stored.event_timestamp)"),
        Mutant.of("events are ordered by timestamp alone")
            .edit(
                "sessionize/Sessionize.java",
                ".orderBy(col(\"occurred_at\"), col(\"event_id\"))",
                ".orderBy(col(\"occurred_at\"))")
            .edit(
                "sessionize/SummarizeSessions.java",
                "(\"visitor_id\", \"occurred_at\", \"event_id\")",
                "(\"visitor_id\", \"occurred_at\")"),
        Mutant.of("a gap of exactly the session gap starts a session")
            .edit(
                "sessionize/Sessionize.java", "gap.gt(lit(gapMicros))", "gap.geq(lit(gapMicros))"),
        Mutant.of("the old place of a replaced event is forgotten")
            .edit(
                "staging/changes.sql",
                "WHERE wins AND stored_raw_object_key IS NOT NULL",
                "WHERE FALSE"),
        Mutant.of("a range ends at an equal timestamp, whatever the id")
            .edit(
                "sessionize/affected_ranges.sql",
                """
                WHERE (started_at, first_event_id) > (changed.last_at, changed.last_id)
                AND (before_last.holds_all OR started_at - INTERVAL '${gap_seconds} seconds'
                > greatest(previous_end, changed.last_at)\
                """,
                """
                WHERE started_at >= changed.last_at
                AND (before_last.holds_all OR started_at - INTERVAL '${gap_seconds} seconds'
                > previous_end\
                """),
        Mutant.of("a removal inside a session is treated as an insertion")
            .edit("staging/changes.sql", "event_id, FALSE FROM", "event_id, TRUE FROM"),
        Mutant.of("an insertion after a session's last event is treated as one inside the session")
            .edit(
                "sessionize/affected_ranges.sql",
                "(changed.last_at, changed.last_id) < (ended_at, last_event_id) AS holds_all",
                "changed.last_at <= ended_at + INTERVAL '${gap_seconds} seconds' AS holds_all"),
        Mutant.of("a visitor has only one range")
            .edit(
                "sessionize/affected_ranges.sql",
                "SELECT DISTINCT ON (visitor_id, range_number)",
                "SELECT DISTINCT ON (visitor_id)"),
        Mutant.of("UUIDs are ordered as signed numbers")
            .edit(
                "sessionize/Sessionize.java",
                ".orderBy(col(\"occurred_at\"), col(\"event_id\"))",
                ".orderBy(col(\"occurred_at\"), " + SIGNED + ")")
            .edit(
                "sessionize/SummarizeSessions.java",
                ".sortWithinPartitions(\"visitor_id\", \"occurred_at\", \"event_id\")",
                ".sortWithinPartitions(org.apache.spark.sql.functions.col(\"visitor_id\"),"
                    + " org.apache.spark.sql.functions.col(\"occurred_at\"), "
                    + SIGNED
                    + ")"),
        Mutant.of("text is ordered by the database's collation")
            .edit("schema/Columns.java", "\" COLLATE \\\"C\\\"\"", "\"\"")
            .edit(
                "dedupe/duplicate_resolution.sql",
                "raw_object_key COLLATE \"C\"",
                "raw_object_key"),
        Mutant.of("the object key is the full URI")
            .edit(
                "source/RawRows.java",
                "return RawRow.RECORD.row(key,",
                "return RawRow.RECORD.row(\"s3a://bucket/events/\" + key,"),
        Mutant.of("the merge reads a snapshot from before the lock")
            .edit(
                "warehouse/MergeTransaction.java",
                "connection.begin();",
                """
                connection.begin();
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                connection.number("SELECT 1");\
                """),
        Mutant.of("sessions are kept that were computed before another run's merge")
            .edit(
                "job/LoadSlice.java",
                "if (transaction.earlierChange() == lastChange) {",
                "if (true) {"),
        Mutant.of("marts are refreshed only where sessions start")
            .edit(
                "warehouse/touched_hours.sql",
                "SELECT occurred_at AS at, TRUE AS is_event FROM ${changes}",
                "SELECT occurred_at AS at, TRUE AS is_event FROM ${changes} WHERE FALSE"),
        Mutant.of("marts of events leave out hours in which sessions start")
            .edit(
                "warehouse/touched_hours.sql",
                "bool_or(touched.is_event)",
                "bool_and(touched.is_event)"),
        Mutant.of("marts by day add rows without taking the earlier ones off")
            .edit(
                "warehouse/note_days.sql",
                "'${touched_days}')",
                "'${touched_days}'); DELETE FROM ${touched_days} WHERE session_key IS NULL"),
        Mutant.of("marts keep the sessions that a change has removed")
            .edit(
                "warehouse/touched_sessions.sql",
                "AND affected.opens_at <= session.started_at AND affected.closes_at > session.started_at UNION ALL",
                "AND FALSE UNION ALL"),
        Mutant.of("marts keep the orders that a range has lost")
            .edit(
                "warehouse/touched_orders.sql",
                "AND stored.session_key = session.session_key OFFSET 0",
                "AND FALSE OFFSET 0"),
        Mutant.of("marts of the sessions that a change adds are forgotten")
            .edit(
                "warehouse/touched_sessions.sql",
                "bot_reason, FALSE FROM ${session_rows}",
                "bot_reason, FALSE FROM ${session_rows} WHERE visitor_id LIKE 'u:%'"),
        Mutant.of("a continued session forgets its orders")
            .edit(
                "staging/continued_session.sql",
                "WHEN coalesce(session.order_count, 0) = 0 THEN",
                "WHEN TRUE THEN"),
        Mutant.of("a range ends at a mark six hours too early")
            .edit("sessionize/affected_ranges.sql", "+ INTERVAL '6 hours'", ""),
        Mutant.of("stored events keep their old session")
            .edit(
                "job/MergeStagedRows.java",
                "if (counts.get(Count.CONTEXT_ROWS_READ) > 0) {",
                "if (counts.get(Count.CONTEXT_ROWS_READ) < 0) {"),
        Mutant.of("the values of a replaced event are not counted down")
            .edit(
                "warehouse/release_values.sql", "stored.events - replaced.events", "stored.events"),
        Mutant.of("a load does not compare its records with erasure requests")
            .edit(
                "parse/ParseRecords.java",
                "erased != null && isErased(erased, key, event)",
                "erased != null && key.isEmpty() && isErased(erased, key, event)"),
        Mutant.of("the duplicates of an erased event stay duplicates")
            .edit(
                "warehouse/return_duplicates.sql",
                "WHERE stored.event_id = matched.event_id",
                "WHERE stored.event_id = matched.event_id AND FALSE"));
  }

  /** Orders ids as signed numbers: 8 to f in the first digit come before 0 to 7. */
  private static final String SIGNED =
      "org.apache.spark.sql.functions.expr(\"translate(substr(event_id, 1, 1),"
          + " '89abcdef01234567', '0123456789abcdef') || substr(event_id, 2)\")";

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void isCaught(Mutant mutant) throws Exception {
    mutant.compile(folder);
    for (int trial = 0; trial < TRIALS; trial++) {
      String finding = finding(new MutantJob(folder), trial);
      if (finding != null) {
        CAUGHT.add(mutant.name());
        trialsNeeded = Math.max(trialsNeeded, trial + 1);
        System.out.printf("mutant '%s' is caught in trial %d: %s%n", mutant.name(), trial, finding);
        return;
      }
    }
    fail("'%s' goes unnoticed in %d trials", mutant.name(), TRIALS);
  }

  @Order(2)
  @Test
  @Nightly("PromiseIT has trials of the job without a fault in each run")
  void theJobWithoutAFaultPassesTheSameTrials() throws Exception {
    for (int trial = 0; trial < trialsNeeded; trial++) {
      assertThat(finding(new MutantJob(folder), trial)).as("trial %s", trial).isNull();
    }
  }

  @AfterAll
  static void total() {
    System.out.printf("mutants: %d of %d are caught%n", CAUGHT.size(), CHOSEN.size());
    restartSpark(MutantsIT.class.getClassLoader());
  }

  /** Returns the fault that a trial finds, in one line, or null. */
  private String finding(MutantJob job, int trial) throws Exception {
    restartSpark(job.classLoader());
    try {
      Trial.run(
          job,
          folder.resolve("trial-" + trial),
          SEED + trial,
          HISTORIES,
          AT_NIGHT ? Trial.everyStep(job) : Trial.loads(),
          new Tally());
      return null;
    } catch (AssertionError e) {
      return excerpt(e);
    } catch (Exception e) {
      // To refuse such rows is a way to be caught; not to run at all, or to lose its way, is none.
      if (REFUSALS.stream().noneMatch(String.valueOf(e.getMessage())::contains)) {
        throw e;
      }
      return excerpt(e);
    }
  }

  private static void restartSpark(ClassLoader loader) {
    TestSpark.session().stop();
    Thread.currentThread().setContextClassLoader(loader);
    TestSpark.session().sparkContext().setLogLevel("OFF");
  }

  /** Returns the first two lines of an error's message, which may come from the warehouse. */
  private static String excerpt(Throwable thrown) {
    String lines = String.valueOf(thrown.getMessage()).lines().limit(2).toList().toString();
    return lines.substring(0, Math.min(lines.length(), 200));
  }
}
