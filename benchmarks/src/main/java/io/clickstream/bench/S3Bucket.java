package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** An S3 server with one bucket, and a second endpoint that is 20 ms away. */
final class S3Bucket implements AutoCloseable {

  private static final String NAME = "raw";
  private static final Duration LATENCY = Duration.ofMillis(20);
  private static final String HADOOP = "spark.hadoop.";

  private final S3Server server;
  private final LatencyProxy proxy;

  /** Starts on an empty folder. */
  S3Bucket(Workbench workbench) throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory(workbench.folder(), "s3-");
    server = new S3Server(Home.find().s3Server(), folder, 0, List.of(NAME));
    proxy = new LatencyProxy(server.endpoint(), LATENCY);
  }

  /** Returns the address of the server. */
  URI near() {
    return server.endpoint();
  }

  /** Returns the address at which each request takes 20 ms longer. */
  URI far() {
    return proxy.endpoint();
  }

  /** Returns the number of requests to {@link #far()}. */
  long farRequests() {
    return proxy.requests();
  }

  /** Returns Spark's settings to read from the bucket through an endpoint. */
  Map<String, String> sparkSettings(URI endpoint) {
    Map<String, String> settings = new HashMap<>(server.sparkSettings());
    settings.put(HADOOP + "fs.s3a.endpoint", endpoint.toString());
    return settings;
  }

  /** Uploads raw objects from the local disk below a prefix, and returns them there. */
  RawHours upload(RawHours hours, String prefix) throws IOException {
    Configuration configuration = new Configuration();
    sparkSettings(near())
        .forEach((name, value) -> configuration.set(name.substring(HADOOP.length()), value));
    URI root = URI.create("s3a://" + NAME + "/" + prefix);
    try (FileSystem bucket = FileSystem.newInstance(root, configuration)) {
      bucket.copyFromLocalFile(new Path(hours.root()), new Path(root));
    }
    return hours.below(root);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.close();
  }
}
