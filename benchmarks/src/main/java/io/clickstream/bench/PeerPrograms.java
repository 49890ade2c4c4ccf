package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.testing.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Node.js programs of peers, whose npm packages are downloaded once. */
final class PeerPrograms {

  private PeerPrograms() {}

  /** Returns the path of a Node.js script, a resource of this package, next to its packages. */
  static Path node(Workbench bench, String script, String... packages) throws Exception {
    Path folder =
        Home.find().folder().resolve(".clickstream/peers").resolve(script.replace(".mjs", ""));
    Files.createDirectories(folder);
    // npm writes this file last.
    if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
      List<String> install = List.of("npm", "install", "--no-audit", "--no-fund", "--silent");
      List<String> words = new ArrayList<>(install);
      words.addAll(List.of("--prefix", folder.toString()));
      words.addAll(List.of(packages));
      TimedProcess.run(bench, new Command(words, Map.of()));
    }
    return Files.writeString(folder.resolve(script), Resource.text(script));
  }
}
