package io.clickstream.bench;

import io.clickstream.testing.LatencyProxy;
import io.clickstream.testing.TestBucket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A bucket of the S3 server on loopback, which a second endpoint puts 20 ms away. */
record S3Bucket(TestBucket bucket, LatencyProxy proxy) implements AutoCloseable {

  private static final Duration LATENCY = Duration.ofMillis(20);

  static S3Bucket create() {
    TestBucket bucket = TestBucket.create();
    return new S3Bucket(bucket, new LatencyProxy(bucket.endpoint(), LATENCY));
  }

  Map<String, String> near() {
    return settings(bucket.endpoint());
  }

  Map<String, String> far() {
    return settings(proxy.endpoint());
  }

  private Map<String, String> settings(URI endpoint) {
    Map<String, String> settings = new HashMap<>();
    bucket.settings().forEach((name, value) -> settings.put("spark.hadoop." + name, value));
    settings.put("spark.hadoop.fs.s3a.endpoint", endpoint.toString());
    return settings;
  }

  /** Uploads raw objects from the local disk below a prefix, and returns them there. */
  RawHours upload(RawHours hours, String prefix) throws Exception {
    bucket.upload(Path.of(hours.root()), prefix);
    return hours.below(bucket.uri(prefix));
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }
}
