package io.clickstream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.servers.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Puts files into a bucket: those dropped into the server's folder would have no ETag. */
public final class S3Upload {

  private static final int THREADS = 16;

  private S3Upload() {}

  /** All files of a folder, under their paths below it. */
  public static void folder(Path from, S3Server to, String bucket, String prefix)
      throws IOException, InterruptedException {
    try (S3Client client =
            S3Client.builder()
                .endpointOverride(to.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                .build();
        Stream<Path> files = Files.walk(from)) {
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      List<Path> objects = files.filter(Files::isRegularFile).toList();
      Map<Path, Throwable> failed = Collections.synchronizedMap(new HashMap<>());
      for (Path object : objects) {
        pool.execute(
            () -> {
              try {
                client.putObject(
                    request -> request.bucket(bucket).key(prefix + "/" + from.relativize(object)),
                    RequestBody.fromFile(object));
              } catch (RuntimeException e) {
                failed.put(object, e);
              }
            });
      }
      pool.shutdown();
      assertThat(pool.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
      assertThat(failed).isEmpty();
    }
  }
}
