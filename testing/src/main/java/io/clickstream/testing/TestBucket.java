package io.clickstream.testing;

import io.clickstream.servers.Home;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A bucket of its own on the only S3 server of a test JVM. The server ends with the JVM.
 *
 * @param name a name that no other bucket of this JVM has
 */
public record TestBucket(String name) {

  private static final int UPLOADS_AT_ONCE = 16;
  private static final String SPARK_PREFIX = "spark.hadoop.fs.s3a.";

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static S3Server server;
  private static S3Client client;

  /** Creates an empty bucket. */
  public static TestBucket create() {
    TestBucket bucket = new TestBucket("bucket-" + NEXT.incrementAndGet());
    client().createBucket(request -> request.bucket(bucket.name));
    return bucket;
  }

  private static synchronized S3Server server() {
    if (server == null) {
      try {
        Path folder = Files.createTempDirectory("clickstream-s3-");
        // The reaper removes the folder when this JVM ends.
        new ProcessReaper().guard(folder);
        server = new S3Server(Home.find().s3Server(), folder.resolve("s3"), 0, List.of());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  private static synchronized S3Client client() {
    if (client == null) {
      client =
          S3Client.builder()
              .endpointOverride(server().endpoint())
              .region(Region.US_EAST_1)
              .forcePathStyle(true)
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsBasicCredentials.create(server().accessKey(), server().secretKey())))
              .build();
    }
    return client;
  }

  /** Returns the server's endpoint, {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return server().endpoint();
  }

  /** Returns the key id with which the server answers. */
  public String accessKey() {
    return server().accessKey();
  }

  /** Returns the secret key with which the server answers. */
  public String secretKey() {
    return server().secretKey();
  }

  /** Returns the {@code s3a://} URI of a prefix in this bucket. */
  public URI uri(String prefix) {
    return URI.create("s3a://" + name + "/" + prefix);
  }

  /** Returns the S3A settings, {@code fs.s3a.*}, to read from the server. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    server()
        .sparkSettings()
        .forEach((key, value) -> settings.put(key.replace(SPARK_PREFIX, "fs.s3a."), value));
    return settings;
  }

  /** Lets the test JVM's Spark session read this bucket, with further S3A settings for it alone. */
  public void connectSpark(Map<String, String> further) {
    Map<String, String> all = settings();
    all.putAll(further);
    all.forEach(
        (key, value) ->
            TestSpark.session()
                .sparkContext()
                .hadoopConfiguration()
                .set(key.replace("fs.s3a.", "fs.s3a.bucket." + name + "."), value));
  }

  /**
   * Uploads all files of a folder; their keys are the prefix and their paths below the folder.
   * Files that are copied into the server's folder would have no ETag.
   */
  public void upload(Path folder, String prefix) throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(UPLOADS_AT_ONCE);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Future<?>> uploads =
          files
              .filter(Files::isRegularFile)
              .<Future<?>>map(
                  file -> threads.submit(() -> put(file, prefix + "/" + folder.relativize(file))))
              .toList();
      for (Future<?> upload : uploads) {
        upload.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("Cannot upload " + folder + ": " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns nothing: the responses of 200,000 uploads that are kept together fill the heap. */
  private void put(Path file, String key) {
    client().putObject(request -> request.bucket(name).key(key), RequestBody.fromFile(file));
  }
}
