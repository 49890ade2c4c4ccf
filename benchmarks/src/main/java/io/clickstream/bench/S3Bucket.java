package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;

/** An S3 server with one bucket, near or behind a {@link LatencyProxy}. */
public final class S3Bucket implements AutoCloseable {

  private static final String NAME = "raw";
  private static final int UPLOADS = 16;
  private static final String HADOOP = "spark.hadoop.";
  private static final String ENDPOINT = "spark.hadoop.fs.s3a.endpoint";

  private final S3Server server;

  /** Starts on an empty folder, which is made. */
  public S3Bucket(Path folder) throws IOException {
    server =
        new S3Server(Home.find().s3Server(), Files.createDirectories(folder), 0, List.of(NAME));
  }

  /** Where the server itself listens. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** A raw root in the bucket. */
  public URI root(String name) {
    return URI.create("s3a://" + NAME + "/" + name);
  }

  /** What Spark needs to read from it by way of an endpoint. */
  public Map<String, String> sparkSettings(URI endpoint) {
    Map<String, String> settings = new HashMap<>(server.sparkSettings());
    settings.put(ENDPOINT, endpoint.toString());
    return settings;
  }

  /** Puts all files of a folder under a raw root, with their relative paths as keys. */
  public void upload(Path folder, URI root) throws IOException {
    Configuration configuration = new Configuration();
    sparkSettings(endpoint())
        .forEach((name, value) -> configuration.set(name.substring(HADOOP.length()), value));
    ExecutorService pool = Executors.newFixedThreadPool(UPLOADS);
    try (FileSystem bucket = FileSystem.newInstance(root, configuration);
        Stream<Path> files = Files.walk(folder)) {
      List<Future<?>> uploads = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        org.apache.hadoop.fs.Path key =
            new org.apache.hadoop.fs.Path(root + "/" + folder.relativize(file));
        uploads.add(
            pool.submit(
                () -> {
                  put(bucket, key, Files.readAllBytes(file));
                  return null;
                }));
      }
      for (Future<?> upload : uploads) {
        upload.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while uploading", e);
    } catch (ExecutionException e) {
      throw new IOException("an upload failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static void put(FileSystem bucket, org.apache.hadoop.fs.Path key, byte[] content)
      throws IOException {
    // Without asking first what is there: one PUT.
    FSDataOutputStreamBuilder<?, ?> builder = bucket.createFile(key).recursive();
    builder.opt("fs.s3a.create.performance", true);
    try (FSDataOutputStream out = builder.build()) {
      out.write(content);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
