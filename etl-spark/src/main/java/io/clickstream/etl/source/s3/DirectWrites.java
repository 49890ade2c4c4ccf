package io.clickstream.etl.source.s3;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
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

  private static final int KEYS_PER_REQUEST = 1_000;
  private static final int PRECONDITION_FAILED = 412;

  /** S3's answer while another PUT of the same key is in progress. */
  private static final int CONFLICT = 409;

  private final DirectClient direct;

  private DirectWrites(DirectClient direct) {
    this.direct = direct;
  }

  /**
   * Returns the direct writes of a file system; nothing where S3A's own have to be used.
   *
   * @param fileSystem an S3A file system
   */
  public static Optional<DirectWrites> of(FileSystem fileSystem) {
    return DirectClient.of(fileSystem, "to write packs")
        .filter(direct -> !direct.namesKey())
        .map(DirectWrites::new);
  }

  /**
   * Creates an object.
   *
   * @return false if the key exists already; the object is then left as it is
   */
  public boolean create(String key, Path content) throws IOException {
    return direct.invoker().retry("create", key, true, () -> createOnce(key, content));
  }

  private boolean createOnce(String key, Path content) throws IOException {
    try {
      direct
          .client()
          .putObject(
              put ->
                  put.bucket(direct.bucket())
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
      direct
          .invoker()
          .retry(
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
        direct
            .client()
            .deleteObjects(
                delete ->
                    delete
                        .bucket(direct.bucket())
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
