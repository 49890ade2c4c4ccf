package io.clickstream.bench;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.servers.Home;
import io.clickstream.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Measures the ingest function and a Node.js handler behind the same Runtime API and S3 server. */
final class IngestBenchmark implements Benchmark {

  private static final double WARM_AT_MOST = 1;
  private static final String OURS = "ours";
  private static final String NODE = "Node.js";

  @Override
  public void run(Workbench bench) throws Exception {
    Path folder = Files.createDirectories(bench.folder().resolve("ingest"));
    Path buckets = folder.resolve("s3");
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
    int requests = bench.of(2_000, 500, 50);
    bench.progress("warm requests, in turns");
    Turns p50 =
        new Turns(
            bench.of(3, 1, 0),
            bench.of(7, 3, 1),
            new Program(OURS, () -> ours.medianLatency(requests)),
            new Program(NODE, () -> node.medianLatency(requests)));
    bench.add(
        Target.atMost(WARM_AT_MOST, "ingest, warm latency p50 / Node.js", p50.ratio(OURS, NODE)));
    bench.add(p50.figure("ingest, warm latency p50", "ms"));
  }

  private static LambdaFunction storingIn(String bucket, S3Server s3) {
    return LambdaFunction.ingest(
        Home.find().ingestLambda(),
        bucket,
        s3.endpoint(),
        "us-east-1",
        s3.accessKey(),
        s3.secretKey(),
        Map.of());
  }
}
