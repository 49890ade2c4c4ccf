package io.clickstream.bench.ingest;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Launch;
import io.clickstream.servers.Home;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The Node.js handler, beside its package; fetched once, where {@code ./clickstream} keeps such.
 */
final class NodePeer {

  private static final String SCRIPT = "node-ingest.mjs";
  private static final String SDK = "@aws-sdk/client-s3";
  private static final String VERSION = "3.1000.0";

  private NodePeer() {}

  /**
   * Its command line.
   *
   * @param scratch for what fetching says
   */
  static List<String> program(Path scratch) throws IOException {
    Path folder =
        Files.createDirectories(Home.find().folder().resolve(".clickstream/peers/node-ingest"));
    // What npm writes last.
    if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
      ChildProcess.run(
          scratch,
          new Launch(
              List.of(
                  "npm",
                  "install",
                  "--no-audit",
                  "--no-fund",
                  "--silent",
                  "--prefix",
                  folder.toString(),
                  SDK + "@" + VERSION),
              Map.of()));
    }
    Path script = folder.resolve(SCRIPT);
    try (InputStream program = NodePeer.class.getResourceAsStream(SCRIPT)) {
      Files.write(script, program.readAllBytes());
    }
    return List.of("node", script.toString());
  }
}
