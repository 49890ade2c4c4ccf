package io.clickstream.it.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.local.stream.EventSourceMapping;
import io.clickstream.local.stream.KinesisClient;
import io.clickstream.local.stream.MappingSettings;
import io.clickstream.servers.Home;
import io.clickstream.servers.KinesisServer;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.RecordingS3;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The real functions with a Kinesis server between them, and an S3 server that fails on request.
 */
final class StreamUnderTest implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUCKET = "clickstream-s3-ingest";
  static final String KEY = "local-key";

  private final RecordingS3 s3 = new RecordingS3();
  private final KinesisFaults faults;
  private final KinesisClient client;
  private final LambdaRuntime ingest;
  private final LambdaRuntime writer;
  private final String stream;
  private final Path folder;
  private EventSourceMapping mapping;

  /**
   * Starts the functions.
   *
   * @param stream the name of a new stream
   */
  StreamUnderTest(
      KinesisServer kinesis, String stream, int shards, MappingSettings settings, Path folder)
      throws Exception {
    this.stream = stream;
    this.folder = folder;
    faults = new KinesisFaults(kinesis.endpoint());
    client = new KinesisClient(kinesis.endpoint(), KEY, stream);
    client.createStream(shards);
    LambdaFunction function =
        LambdaFunction.ingest(
            Home.find().ingestLambda(),
            BUCKET,
            s3.endpoint(),
            "us-east-1",
            KEY,
            "local-secret",
            Map.of());
    writer = new LambdaRuntime(function.streamWriter(), 1, 100, folder.resolve("writer"));
    ingest =
        new LambdaRuntime(
            function.puttingOn(stream, faults.endpoint()), 1, 100, folder.resolve("ingest"));
    ingest.awaitReady(Eventually.LIMIT);
    writer.awaitReady(Eventually.LIMIT);
    map(settings, "mapping");
  }

  /** Starts a mapping that has no progress yet in a folder. */
  void map(MappingSettings settings, String name) throws IOException {
    Path progress = Files.createDirectories(folder.resolve(name));
    mapping = new EventSourceMapping(client, stream, writer, settings, progress);
  }

  EventSourceMapping mapping() {
    return mapping;
  }

  RecordingS3 s3() {
    return s3;
  }

  KinesisFaults faults() {
    return faults;
  }

  KinesisClient client() {
    return client;
  }

  LambdaRuntime writer() {
    return writer;
  }

  /** Returns the status of the answer to a POST. */
  int post(String body) throws Exception {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "2.0").put("rawPath", "/clickstream").put("body", body);
    ObjectNode context = event.putObject("requestContext");
    context.put("stage", "$default").put("timeEpoch", Instant.now().toEpochMilli());
    context.putObject("http").put("method", "POST").put("path", "/clickstream");
    byte[] answer =
        ingest
            .invoke(JSON.writeValueAsBytes(event), "Root=1-1-1")
            .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
    return JSON.readTree(answer).get("statusCode").asInt();
  }

  /** Returns a body with an event of each id, of clients in turn. */
  static String array(List<String> ids) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      events.add("{\"eventId\":\"%s\",\"clientId\":\"c-%d\"}".formatted(ids.get(i), i % 5));
    }
    return "[" + String.join(",", events) + "]";
  }

  /** Returns ids such as {@code kill-7}. */
  static List<String> ids(String name, int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ids.add(name + "-" + i);
    }
    return ids;
  }

  /** Returns how often each event id is stored in an object of lines. */
  Map<String, Integer> stored() throws IOException {
    Map<String, Integer> stored = new TreeMap<>();
    for (Map.Entry<String, String> object : s3.objects().entrySet()) {
      if (object.getKey().endsWith(".ndjson")) {
        for (String line : object.getValue().split("\n")) {
          JsonNode event = JSON.readTree(line);
          stored.merge(event.get("eventId").asText(), 1, Integer::sum);
        }
      }
    }
    return stored;
  }

  void awaitStored(List<String> ids) throws Exception {
    Eventually.holds(ids.size() + " events are stored", () -> stored().keySet().containsAll(ids));
  }

  /** Copies the raw objects to files and returns their root. */
  URI rawFolder() {
    RawFolder bucket = new RawFolder(folder.resolve("raw"));
    s3.objects()
        .forEach(
            (key, body) -> bucket.write(key.substring(1), body.getBytes(StandardCharsets.UTF_8)));
    return folder.resolve("raw").resolve(BUCKET).resolve("events").toUri();
  }

  @Override
  public void close() {
    s3.fail();
    mapping.close();
    ingest.close();
    writer.close();
    faults.close();
    s3.close();
  }
}
