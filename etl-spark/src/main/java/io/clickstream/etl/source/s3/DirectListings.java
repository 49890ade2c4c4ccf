package io.clickstream.etl.source.s3;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Constants;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Lists some objects of a folder with S3A's client. S3A itself lists whole folders only. */
public final class DirectListings {

  /** Receives the objects of a listing one by one. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Receives an object.
     *
     * @param name the part of the key after the folder
     * @param size in bytes
     * @param lastModifiedMillis since 1970-01-01T00:00:00Z
     */
    void visit(String name, long size, long lastModifiedMillis);
  }

  private final DirectClient direct;

  private DirectListings(DirectClient direct) {
    this.direct = direct;
  }

  /**
   * Returns the direct listings of a file system; nothing where S3A's own have to be used.
   *
   * @param fileSystem an S3A file system
   */
  public static Optional<DirectListings> of(FileSystem fileSystem) {
    // A store that needs version 1 of listings may ignore where a listing is to begin.
    boolean isVersion2 =
        fileSystem.getConf().getInt(Constants.LIST_VERSION, Constants.DEFAULT_LIST_VERSION)
            == Constants.DEFAULT_LIST_VERSION;
    return isVersion2
        ? DirectClient.of(fileSystem, "to list new objects").map(DirectListings::new)
        : Optional.empty();
  }

  /**
   * Lists the objects that are directly in a folder, in the order of their names.
   *
   * @param folder with a slash at its end; it need not exist
   * @param prefix of the names
   * @param after a name before the first one; need not exist
   */
  public void list(String folder, String prefix, String after, Visitor visitor) throws IOException {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(direct.bucket())
            .prefix(folder + prefix)
            .delimiter("/")
            .startAfter(folder + after)
            .build();
    String token = null;
    do {
      ListObjectsV2Response page = page(request.toBuilder().continuationToken(token).build());
      page.contents()
          .forEach(
              object ->
                  visitor.visit(
                      object.key().substring(folder.length()),
                      object.size(),
                      object.lastModified().toEpochMilli()));
      token = page.nextContinuationToken();
    } while (token != null);
  }

  private ListObjectsV2Response page(ListObjectsV2Request request) throws IOException {
    return direct
        .invoker()
        .retry("list", request.prefix(), true, () -> direct.client().listObjectsV2(request));
  }
}
