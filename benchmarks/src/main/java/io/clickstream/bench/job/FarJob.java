package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.LatencyProxy;
import io.clickstream.bench.Launch;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.S3Bucket;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.PeerColumns;
import io.clickstream.servers.S3Server;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Objects on an S3 some way off into a new warehouse, by the job and by the replaced ETL. */
final class FarJob implements AutoCloseable {

  private static final Duration LATENCY = Duration.ofMillis(20);

  private final Workbench workbench;
  private final EtlRun etl;
  private final Path replacedEtl;
  private final S3Bucket bucket;
  private final LatencyProxy proxy;
  private final Map<Integer, String> truth = new HashMap<>();

  /**
   * Starts the server.
   *
   * @param replacedEtl the peer's program
   */
  FarJob(Workbench workbench, EtlRun etl, Path replacedEtl) throws IOException {
    this.workbench = workbench;
    this.etl = etl;
    this.replacedEtl = replacedEtl;
    this.bucket = new S3Bucket(workbench.folder().resolve("job-s3"));
    this.proxy = new LatencyProxy(bucket.endpoint(), LATENCY);
  }

  /** Puts so many objects on S3. Each event once: the old ETL kept whichever twin it met first. */
  void put(int objects) throws IOException {
    Path folder = workbench.folder().resolve("far-" + objects);
    events(objects).write(folder);
    bucket.upload(folder, bucket.root(prefix(objects)));
  }

  private static HourlyEvents events(int objects) {
    return new HourlyEvents(objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT));
  }

  private static String prefix(int objects) {
    return "of-" + objects;
  }

  /** Seconds of a run of the job into a new warehouse. */
  double ours(int objects) throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "ours");
    double seconds =
        etl.seconds(
            workbench,
            bucket.sparkSettings(proxy.endpoint()),
            into.arguments(
                bucket.root(prefix(objects)), HourlyEvents.START, events(objects).length()));
    requireSameRows(into, objects, "ours");
    into.drop();
    return seconds;
  }

  /** Seconds of a run of the replaced ETL into a new table like the one that it had. */
  double replacedEtl(int objects) throws IOException, SQLException {
    workbench.postgres().createDatabase("replaced");
    MeasuredWarehouse into = new MeasuredWarehouse(workbench.postgres(), "replaced");
    try (Connection connection = into.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE clickstream_events (
            event_id UUID PRIMARY KEY, event_timestamp TIMESTAMPTZ, event_name TEXT,
            user_id TEXT, user_login_state TEXT, identity_source TEXT, client_id TEXT,
            session_id TEXT, is_first_visit BOOLEAN, context_product_id TEXT,
            context_product_name TEXT, context_product_category TEXT,
            context_product_brand TEXT, context_product_url_path TEXT,
            context_product_price BIGINT, context_product_discount_price BIGINT)""");
    }
    String database =
        into.server().jdbcUrl(into.name()).substring("jdbc:".length()).replace("//", "//postgres@");
    ChildProcess job =
        ChildProcess.run(
            workbench.folder(),
            new Launch(
                List.of(
                    "node",
                    replacedEtl.toString(),
                    proxy.endpoint().toString(),
                    bucket.root("").getHost(),
                    prefix(objects) + "/",
                    database),
                Map.of(
                    "AWS_ACCESS_KEY_ID",
                    S3Server.ACCESS_KEY,
                    "AWS_SECRET_ACCESS_KEY",
                    S3Server.SECRET_KEY)));
    requireSameRows(into, objects, "the replaced ETL");
    into.drop();
    return job.seconds();
  }

  /** All runs' rows must be those of the first, which ours is, and an event for each object. */
  private void requireSameRows(MeasuredWarehouse into, int objects, String who)
      throws SQLException {
    String rows = into.digest("clickstream_events", PeerColumns.CONTRACT);
    String first = truth.computeIfAbsent(objects, none -> rows);
    if (!rows.equals(first) || !rows.startsWith(objects + " ")) {
      throw new IllegalStateException(
          "%s made %s of %,d objects, and the first run %s".formatted(who, rows, objects, first));
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    bucket.close();
  }
}
