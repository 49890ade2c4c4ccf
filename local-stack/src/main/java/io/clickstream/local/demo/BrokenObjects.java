package io.clickstream.local.demo;

import io.clickstream.event.RawKey;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Raw objects that the ingest Lambda rejects. Its predecessor stored them and answered 200, so real
 * buckets hold some.
 */
final class BrokenObjects {

  private static final List<String> BODIES =
      List.of(
          "",
          "{\"eventName\":\"page_view\",\"clientId\":\"c-1\"",
          "{\"eventName\":\"click\"} {\"eventName\":\"click\"}",
          "[]",
          "42",
          "{}",
          "{'eventName':'page_view'}");

  private BrokenObjects() {}

  /** Puts the objects under an hour and returns their number. */
  static int put(S3Server s3, String bucket, Instant receivedAt) throws IOException {
    Configuration configuration = new Configuration();
    s3.sparkSettings()
        .forEach(
            (name, value) -> configuration.set(name.substring("spark.hadoop.".length()), value));
    URI root = URI.create("s3a://" + bucket + "/");
    try (FileSystem files = FileSystem.newInstance(root, configuration)) {
      for (String body : BODIES) {
        UUID id = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8));
        RawKey key = RawKey.received(receivedAt, RawKey.Kind.EVENT, id);
        Path path = new Path(root + RawKey.ROOT + "/" + key.relative());
        try (OutputStream out = files.create(path, true)) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return BODIES.size();
  }
}
