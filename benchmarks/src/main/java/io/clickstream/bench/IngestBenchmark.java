package io.clickstream.bench;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.servers.Home;
import io.clickstream.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures the ingest function against a Node.js handler: both behind the same Runtime API, with
 * the same S3 server, one process each. The boot has no target, since SnapStart replaces it on AWS.
 */
final class IngestBenchmark implements Benchmark {

  private static final double WARM_AT_MOST = 1;
  private static final String OURS = "ours";
  private static final String ARCHIVED = "ours, class data shared";
  private static final String NODE = "Node.js";

  @Override
  public void run(Workbench bench) throws Exception {
    Path folder = Files.createDirectories(bench.folder().resolve("ingest"));
    Path buckets = Files.createDirectories(folder.resolve("s3"));
    Path script = PeerPrograms.node(bench, "node-ingest.mjs", "@aws-sdk/client-s3@3.1000.0");
    try (S3Server s3 = new S3Server(Home.find().s3Server(), buckets, 0, List.of("ours", "node"));
        MeasuredFunction ours =
            new MeasuredFunction(storingIn("ours", s3), folder, buckets.resolve("ours"));
        MeasuredFunction node =
            new MeasuredFunction(
                storingIn("node", s3).as("node-ingest", List.of("node", script.toString())),
                folder,
                buckets.resolve("node"))) {
      measure(bench, ours, node);
      ours.requireAllStored();
      node.requireAllStored();
    }
  }

  private static void measure(Workbench bench, MeasuredFunction ours, MeasuredFunction node)
      throws Exception {
    LambdaFunction archived = ours.withClassArchive();
    int requests = bench.of(2_000, 500, 50);
    int rounds = bench.of(7, 3, 1);
    bench.progress("warm requests, in turns");
    Turns p50 =
        new Turns(
            bench.of(3, 1, 0),
            rounds,
            new Program(OURS, () -> ours.latency(requests, 50)),
            new Program(NODE, () -> node.latency(requests, 50)));
    bench.add(
        Target.atMost(WARM_AT_MOST, "ingest, warm latency p50 / Node.js", p50.ratio(OURS, NODE)));
    bench.add(p50.figure("ingest, warm latency p50", "ms"));
    Turns p99 =
        new Turns(
            0,
            rounds,
            new Program(OURS, () -> ours.latency(requests, 99)),
            new Program(NODE, () -> node.latency(requests, 99)));
    bench.add(p99.figure("ingest, warm latency p99", "ms"));
    Turns rates =
        new Turns(
            0,
            rounds,
            new Program(OURS, () -> ours.perSecond(requests)),
            new Program(NODE, () -> node.perSecond(requests)));
    bench.add(rates.figure("ingest, one process", "requests/s"));
    Turns memory =
        new Turns(
            0, 1, new Program(OURS, ours::peakMegabytes), new Program(NODE, node::peakMegabytes));
    bench.add(memory.figure("ingest, peak resident memory", "MB"));
    bench.progress("boots, in turns");
    Turns boots =
        new Turns(
            1,
            bench.of(15, 5, 1),
            new Program(OURS, ours::boot),
            new Program(NODE, node::boot),
            new Program(ARCHIVED, () -> ours.boot(archived)));
    bench.add(boots.figure("ingest, boot to first response, without SnapStart", "s"));
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
}
