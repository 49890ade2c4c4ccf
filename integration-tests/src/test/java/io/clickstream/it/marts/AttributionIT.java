package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The functions of {@code sql/marts/} that analysts call, on marts that are written by hand. */
class AttributionIT {

  private static final String RANGE = "'2026-11-01', '2026-11-30'";

  private String warehouse;
  private int sessions;

  @BeforeEach
  void migrate() throws SQLException {
    warehouse = migrated();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String rows(String query) throws SQLException {
    return text(
        warehouse, "SELECT coalesce(string_agg(line::TEXT, E'\\n'), '') FROM (" + query + ") line");
  }

  /** A visitor's sessions, an hour apart; the last of them buys, or doesn't. */
  private void journey(boolean buys, String... channels) throws SQLException {
    String visitor = "v" + sessions;
    for (int i = 0; i < channels.length; i++) {
      sessions++;
      execute(
          """
          INSERT INTO session_acquisition VALUES (md5('%1$d')::uuid, '2026-11-05', '%2$s',
            '2026-11-05 08:00+00'::timestamptz + interval '%3$d hours', 's', 'm', NULL, '%4$s',
            '%4$s', 'guest', %5$s, TRUE, FALSE, 1, 0, NULL,
            NULL, '2026-11-05 08:00+00'::timestamptz + interval '%3$d hours')"""
              .formatted(sessions, visitor, i, channels[i], i == 0));
    }
    if (buys) {
      execute(
          """
          INSERT INTO clickstream_orders VALUES ('o%1$d', md5('event %1$d')::uuid,
            md5('%1$d')::uuid, '%2$s', NULL, '2026-11-05 20:00+00', '2026-11-05', 'any', 'guest', 0,
            100, 'VND')"""
              .formatted(sessions, visitor));
    }
  }

  private String markov() throws SQLException {
    return rows(
        """
        SELECT channel, round(removal_effect::numeric, 6) AS removal_effect,
          round(share::numeric, 6) AS share, round(orders::numeric, 6) AS orders
        FROM attribution_markov(%s) ORDER BY channel"""
            .formatted(RANGE));
  }

  /**
   * The example by which the model is mostly explained (of the R package ChannelAttribution and
   * those that followed it): of these three journeys a third converts; without C1 it is a sixth.
   */
  @Test
  void markovTakesOneChannelAwayAfterAnother() throws Exception {
    journey(true, "C1", "C2", "C3");
    journey(false, "C1");
    journey(false, "C2", "C3");
    assertThat(markov())
        .isEqualTo(
            "(C1,0.500000,0.200000,0.200000)\n(C2,1.000000,0.400000,0.400000)\n"
                + "(C3,1.000000,0.400000,0.400000)");
  }

  @Test
  void markovEndsAJourneyWithAnOrderAndBeginsAnother() throws Exception {
    journey(true, "A", "B");
    execute(
        """
        INSERT INTO session_acquisition SELECT md5('more')::uuid, session_date, visitor_id,
          started_at + interval '5 hours', source, medium, campaign, 'B', 'B', login_state, FALSE,
          TRUE, FALSE, 1, 0, NULL, NULL, ended_at + interval '5 hours'
        FROM session_acquisition WHERE channel = 'A'""");
    // start → A → B → conversion; start → B → none: B converts half the time.
    assertThat(markov())
        .isEqualTo("(A,0.500000,0.333333,0.333333)\n(B,1.000000,0.666667,0.666667)");
  }

  @Test
  void markovOfChannelsThatGoInCirclesEnds() throws Exception {
    journey(true, "A", "A", "A", "B", "A");
    // start → A; A → A 1/2, A → B 1/4, A → conversion 1/4; B → A: all converts, half without B.
    assertThat(markov())
        .isEqualTo("(A,1.000000,0.666667,0.666667)\n(B,0.500000,0.333333,0.333333)");
  }

  @Test
  void markovWithoutOrdersCreditsNothing() throws Exception {
    assertThat(markov()).isEmpty();
    journey(false, "A");
    assertThat(markov()).isEqualTo("(A,0.000000,0.000000,0.000000)");
  }

  /** An order with touches so many days before it. */
  private void touches(String order, int... daysBefore) throws SQLException {
    execute(
        """
        INSERT INTO clickstream_orders VALUES ('%1$s', md5('%1$s')::uuid, md5('s%1$s')::uuid, 'c:x',
          NULL, '2026-11-20 12:00+00', '2026-11-20', 'any', 'guest', 0, 100, 'VND')"""
            .formatted(order));
    for (int i = 0; i < daysBefore.length; i++) {
      execute(
          """
          INSERT INTO order_touches VALUES ('%1$s', %2$d, %3$d, md5('%1$s%2$d')::uuid,
            '2026-11-20 12:00+00'::timestamptz - interval '%4$d hours', '2026-11-20 12:00+00',
            '2026-11-20', 'C%2$d', 's', 'm', NULL, 0, 0, 0, 'VND')"""
              .formatted(order, i + 1, daysBefore.length, 24 * daysBefore[i]));
    }
  }

  private String shares(String model, String order) throws SQLException {
    return text(
        warehouse,
        """
        SELECT string_agg(channel || ' ' || round(share::numeric, 4), ', ' ORDER BY channel)
        FROM attribution_of_touches(%s) WHERE model = '%s' AND order_id = '%s'"""
            .formatted(RANGE, model, order));
  }

  @Test
  void positionGivesFortyTwentyForty() throws Exception {
    touches("one", 1);
    touches("two", 2, 1);
    touches("four", 9, 5, 2, 1);
    assertThat(shares("position", "one")).isEqualTo("C1 1.0000");
    assertThat(shares("position", "two")).isEqualTo("C1 0.5000, C2 0.5000");
    assertThat(shares("position", "four")).isEqualTo("C1 0.4000, C2 0.1000, C3 0.1000, C4 0.4000");
  }

  @Test
  void timeDecayHalvesEachSevenDays() throws Exception {
    touches("o", 14, 7, 0);
    assertThat(shares("time_decay", "o")).isEqualTo("C1 0.1429, C2 0.2857, C3 0.5714");
  }

  @Test
  void firstLastAndLinear() throws Exception {
    touches("o", 14, 7, 0, 0);
    assertThat(shares("first", "o")).isEqualTo("C1 1.0000, C2 0.0000, C3 0.0000, C4 0.0000");
    assertThat(shares("last", "o")).isEqualTo("C1 0.0000, C2 0.0000, C3 0.0000, C4 1.0000");
    assertThat(shares("linear", "o")).isEqualTo("C1 0.2500, C2 0.2500, C3 0.2500, C4 0.2500");
  }

  @Test
  void customersAreScoredByFifths() throws Exception {
    execute("INSERT INTO traffic_daily VALUES ('2026-11-30', 0,0,0,0,0,0,0,0,0,0,NULL,0,0,0)");
    execute(SqlStatement.of(getClass(), "insert_orders_of_five_customers").text());
    assertThat(
            rows(
                """
                SELECT customer, recency_days, orders, revenue_minor, recency_score, frequency_score,
                  monetary_score
                FROM v_rfm ORDER BY orders"""))
        .isEqualTo(
            """
            ("u:user 1",9,1,100,1,1,1)
            ("u:user 2",8,2,400,2,2,2)
            ("u:user 3",7,3,900,3,3,3)
            ("u:user 4",6,4,1600,4,4,4)
            (c:5,5,5,2500,5,5,5)""");
  }

  @Test
  void equalCustomersHaveEqualScores() throws Exception {
    execute("INSERT INTO traffic_daily VALUES ('2026-11-30', 0,0,0,0,0,0,0,0,0,0,NULL,0,0,0)");
    execute(SqlStatement.of(getClass(), "insert_orders_of_five_customers").text());
    execute("UPDATE clickstream_orders SET order_date = '2026-11-20', revenue_minor = NULL");
    // Each has the rank of the first that is equal to it. No order has a value.
    assertThat(
            rows(
                """
                SELECT DISTINCT recency_days, revenue_minor, recency_score, monetary_score
                FROM v_rfm"""))
        .isEqualTo("(10,,5,)");
    execute("DELETE FROM clickstream_orders WHERE order_id NOT LIKE '%/1' AND order_id <> 'o5/2'");
    assertThat(
            rows(
                """
                SELECT orders, frequency_score, count(*) FROM v_rfm GROUP BY 1, 2 ORDER BY 1"""))
        .isEqualTo("(1,1,4)\n(2,5,1)");
  }

  @Test
  void aDayIsSetAgainstTheFourSameWeekdaysBefore() throws Exception {
    execute(
        """
        INSERT INTO traffic_daily
        SELECT date '2026-11-30' - 7 * back, events, 0,0,0,0,0,0,0,0,0,NULL,0,0,0
        FROM (VALUES (4, 10), (3, 12), (2, 14), (1, 20), (0, 21)) AS days (back, events)""");
    execute(
        """
        INSERT INTO warehouse_settings
        VALUES (TRUE, 1800, 0, 'UTC', '{}', 1, 1, 'list', 1, rules_hash())""");
    execute(SqlStatement.of(getClass(), "insert_a_load_of_november").text());
    // Median 13; deviations 3, 1, 1, 7: median 2. 0.6745 · (21 − 13) / 2 = 2.698.
    assertThat(rows("SELECT day, events, median_events, deviation, robust_z FROM v_volume_anomaly"))
        .isEqualTo("(2026-11-30,21,13,2,2.70)");
    // A day that was listed just before it ended is not complete, and never unusual.
    execute("UPDATE etl_runs SET started_at = '2026-11-30 23:59:59.999999+00'");
    assertThat(rows("SELECT day FROM v_volume_anomaly")).isEmpty();
    assertThat(rows("SELECT day, is_complete FROM v_loaded_days WHERE day >= '2026-11-29'"))
        .isEqualTo("(2026-11-29,t)\n(2026-11-30,f)");
  }
}
