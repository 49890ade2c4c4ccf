package io.clickstream.bench.ingest;

import io.clickstream.bench.Benchmark;
import io.clickstream.bench.Figure;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.servers.Home;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The ingest function against a Node.js handler: both behind the same Runtime API, before the same
 * S3 server, one process each.
 */
public final class IngestBenchmark implements Benchmark {

  private static final double BOOT = 2.5;
  private static final double WARM = 1.0;

  private static final String OURS = "ours";
  private static final String ARCHIVED = "ours, class data shared";
  private static final String NODE = "Node.js";

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String about() {
    return "the ingest function against a Node.js handler: boot, warm latency, requests/s, memory";
  }

  @Override
  public Report run(boolean quick, Consumer<String> progress) throws IOException, SQLException {
    return measure(quick ? Scale.QUICK : Scale.FULL, progress);
  }

  Report measure(Scale scale, Consumer<String> progress) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("clickstream-bench-ingest-");
    try (ProcessReaper lifeline = new ProcessReaper()) {
      lifeline.guard(folder);
      try (S3Server s3 =
          new S3Server(
              Home.find().s3Server(),
              Files.createDirectories(folder.resolve("s3")),
              0,
              List.of("ours", "node"))) {
        return measure(scale, progress, folder, s3);
      } finally {
        delete(folder);
      }
    }
  }

  private static Report measure(Scale scale, Consumer<String> progress, Path folder, S3Server s3)
      throws IOException, SQLException {
    LambdaFunction ingest = storingIn("ours", s3);
    LambdaFunction archived = ClassArchive.of(ingest, folder);
    LambdaFunction node = storingIn("node", s3).as("node-ingest", NodePeer.program(folder));
    // The first archive run's event is none of the measured function's.
    delete(folder.resolve("s3/ours/events"));
    try (MeasuredFunction ours = new MeasuredFunction(ingest, folder, folder.resolve("s3/ours"));
        MeasuredFunction peer = new MeasuredFunction(node, folder, folder.resolve("s3/node"))) {
      progress.accept("boots, in turns");
      Turns boots =
          new Turns(
              1,
              scale.boots(),
              new Program(OURS, ours::boot),
              new Program(NODE, peer::boot),
              new Program(ARCHIVED, () -> ours.boot(archived)));
      progress.accept("warm requests, in turns");
      for (int round = 0; round < scale.warmUps(); round++) {
        ours.round(scale.requests(), false);
        peer.round(scale.requests(), false);
      }
      Turns warm =
          new Turns(
              0,
              scale.rounds(),
              new Program(OURS, () -> ours.round(scale.requests(), true)),
              new Program(NODE, () -> peer.round(scale.requests(), true)));
      ours.requireAllStored();
      peer.requireAllStored();
      return new Report(
          List.of(
              boots.slowDownAtMost(BOOT, "ingest, boot to first answer / Node.js", OURS, NODE),
              warm.slowDownAtMost(WARM, "ingest, warm latency p50 / Node.js", OURS, NODE)),
          List.of(
              boots.figure("ingest, boot to first answer"),
              warm.figure("ingest, warm latency p50", "ms"),
              figure("ingest, warm latency p99", "ms", ours.p99(), peer.p99()),
              figure("ingest, one process", "requests/s", ours.perSecond(), peer.perSecond()),
              figure(
                  "ingest, peak resident memory",
                  "MB",
                  new Spread(List.of(ours.peakMegabytes())),
                  new Spread(List.of(peer.peakMegabytes())))),
          List.of("without SnapStart, which no machine of one's own has"));
    }
  }

  private static LambdaFunction storingIn(String bucket, S3Server s3) {
    return LambdaFunction.ingest(
        Home.find().ingestLambda(),
        bucket,
        s3.endpoint(),
        "us-east-1",
        S3Server.ACCESS_KEY,
        S3Server.SECRET_KEY,
        Map.of());
  }

  private static Figure figure(String title, String unit, Spread ours, Spread node) {
    Map<String, Spread> values = new LinkedHashMap<>();
    values.put(OURS, ours);
    values.put(NODE, node);
    return new Figure(title, unit, values);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
