package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.LatencyProxy;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.S3Bucket;
import io.clickstream.bench.Workbench;
import io.clickstream.local.PostgresServer;
import io.clickstream.local.S3Server;
import io.clickstream.local.simulate.SimulatedPost.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Objects on an S3 some way off into a new warehouse, by the job and by the replaced ETL. */
final class FarJob implements AutoCloseable {

  private static final Duration LATENCY = Duration.ofMillis(20);

  private final Workbench workbench;
  private final S3Bucket bucket;
  private final LatencyProxy proxy;
  private final Path replacedEtl;

  FarJob(Workbench workbench) throws IOException {
    this.workbench = workbench;
    this.replacedEtl = new PeerPrograms(workbench.folder()).replacedEtl();
    this.bucket = new S3Bucket(workbench.folder().resolve("s3"));
    this.proxy = new LatencyProxy(bucket.endpoint(), LATENCY);
  }

  /** Puts so many objects on S3. Each event once: the old ETL kept whichever twin it met first. */
  void put(int objects) throws IOException {
    Path folder = workbench.folder().resolve("upload-" + objects);
    events(objects).write(folder);
    bucket.upload(folder, bucket.root(prefix(objects)));
  }

  private static HourlyEvents events(int objects) {
    return new HourlyEvents(objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT));
  }

  private static String prefix(int objects) {
    return "of-" + objects;
  }

  /**
   * A run from process start to exit.
   *
   * @param rate objects in a second
   * @param rows what stands in the sixteen columns of the contract
   */
  record Loaded(double rate, String rows) {}

  Loaded ours(int objects) throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "ours");
    ChildProcess job =
        ChildProcess.etl(
            workbench.folder(),
            bucket.sparkSettings(proxy.endpoint()),
            "",
            into.arguments(
                bucket.root(prefix(objects)), HourlyEvents.START, events(objects).length()));
    return loaded(into, objects, job);
  }

  Loaded replacedEtl(int objects) throws IOException, SQLException {
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
                S3Server.SECRET_KEY,
                "PGUSER",
                PostgresServer.USER));
    return loaded(into, objects, job);
  }

  private static Loaded loaded(MeasuredWarehouse into, int objects, ChildProcess job)
      throws SQLException {
    String rows = into.digest("clickstream_events", PeerColumns.CONTRACT);
    if (!rows.startsWith(objects + " ")) {
      throw new IllegalStateException("%,d objects gave %s rows".formatted(objects, rows));
    }
    into.drop();
    return new Loaded(objects / job.seconds(), rows);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    bucket.close();
  }
}
