package io.clickstream.etl.source.s3;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Creates and deletes objects with S3A's client, but without S3A's further requests: it would look
 * for a key and its folder before and after each. A PUT never overwrites, which the bucket may
 * require; S3A can ask for that from Hadoop 3.4.2 on only.
 */
public final class DirectWrites {

  private static final Logger LOG = LoggerFactory.getLogger(DirectWrites.class);

  private static final int KEYS_PER_REQUEST = 1_000;
  private static final int PRECONDITION_FAILED = 412;

  /** S3's answer while another PUT of the same key is in progress. */
  private static final int CONFLICT = 409;

  private final String bucket;
  private final S3Client client;
  private final Invoker invoker;

  private DirectWrites(String bucket, S3Client client, Configuration configuration) {
    this.bucket = bucket;
    this.client = client;
    this.invoker = new Invoker(new S3ARetryPolicy(configuration), Invoker.NO_OP);
  }

  /**
   * Returns the direct writes of a file system; nothing where S3A's own have to be used.
   *
   * @param fileSystem an {@link S3AFileSystem}
   */
  public static Optional<DirectWrites> of(FileSystem fileSystem) {
    try {
      S3AFileSystem s3a = (S3AFileSystem) fileSystem;
      Configuration configuration = s3a.getConf();
      Optional<String> obstacle = DirectReadEligibility.obstacle(configuration, s3a.getBucket());
      boolean namesKey =
          S3AUtils.getEncryptionAlgorithm(s3a.getBucket(), configuration).name().contains("KMS");
      if (obstacle.isPresent() || namesKey) {
        return Optional.empty();
      }
      S3Client client = s3a.getS3AInternals().getAmazonS3Client("to write packs");
      return Optional.of(new DirectWrites(s3a.getBucket(), client, configuration));
    } catch (LinkageError | IOException | RuntimeException e) {
      LOG.warn("Writing {} through S3A, which is slower: {}", fileSystem.getUri(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * Creates an object.
   *
   * @return false if the key exists already; the object is then left as it is
   */
  public boolean create(String key, Path content) throws IOException {
    return invoker.retry("create", key, true, () -> createOnce(key, content));
  }

  private boolean createOnce(String key, Path content) throws IOException {
    try {
      client.putObject(
          put ->
              put.bucket(bucket)
                  .key(key)
                  // The SDK of Hadoop 3.4.1 has no method for this header.
                  .overrideConfiguration(more -> more.putHeader("If-None-Match", "*")),
          content);
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return false;
      }
      if (e.statusCode() == CONFLICT) {
        throw new IOException("another PUT of " + key + " is in progress", e);
      }
      throw e;
    }
  }

  /** Deletes objects, a thousand per request. A key that does not exist is not an error. */
  public void delete(List<String> keys) throws IOException {
    for (int from = 0; from < keys.size(); from += KEYS_PER_REQUEST) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + KEYS_PER_REQUEST));
      invoker.retry(
          "delete",
          some.get(0),
          true,
          () -> {
            deleteOnce(some);
            return null;
          });
    }
  }

  private void deleteOnce(List<String> keys) throws IOException {
    List<ObjectIdentifier> objects = new ArrayList<>();
    for (String key : keys) {
      objects.add(ObjectIdentifier.builder().key(key).build());
    }
    DeleteObjectsResponse response =
        client.deleteObjects(
            delete ->
                delete
                    .bucket(bucket)
                    .delete(Delete.builder().objects(objects).quiet(true).build()));
    if (response.hasErrors() && !response.errors().isEmpty()) {
      throw new IOException(
          "S3 did not delete %d objects, the first is %s: %s"
              .formatted(
                  response.errors().size(),
                  response.errors().get(0).key(),
                  response.errors().get(0).message()));
    }
  }
}
