package io.clickstream.infra;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** AWS's own command line, which the scripts call, with a server that answers in AWS's place. */
final class AwsCommandLine implements AutoCloseable {

  /** Exit status and output of a script, errors included. */
  record Ended(int status, String out) {}

  private static final Path TOOLS =
      Path.of(System.getProperty("clickstream.home"), ".clickstream/cdk-tools");

  private final Path folder;
  private final HttpServer aws;

  /**
   * Starts the server.
   *
   * @param folder a folder for the program {@code aws}
   * @param answers answers the requests of all services
   */
  AwsCommandLine(Path folder, HttpHandler answers) throws IOException {
    this.folder = folder;
    aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext("/", answers);
    aws.start();
    Path program = folder.resolve("aws");
    Files.writeString(program, "#!/bin/sh\nexec python3 " + TOOLS.resolve("bin/aws") + " \"$@\"\n");
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("Cannot make " + program + " executable.");
    }
  }

  /** Returns a process that finds the command line and sends its requests to the server. */
  ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", folder + ":" + System.getenv("PATH"),
                "PYTHONPATH", TOOLS.toString(),
                "PYTHONDONTWRITEBYTECODE", "1",
                "AWS_ENDPOINT_URL", "http://127.0.0.1:" + aws.getAddress().getPort(),
                "AWS_ACCESS_KEY_ID", "x",
                "AWS_SECRET_ACCESS_KEY", "x",
                "AWS_REGION", "ap-southeast-1",
                "AWS_DEFAULT_REGION", "ap-southeast-1"));
    return builder;
  }

  /** Runs a script to its end. */
  Ended run(List<String> words) throws IOException, InterruptedException {
    Process process = builder(words).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out);
  }

  @Override
  public void close() {
    aws.stop(0);
  }
}
