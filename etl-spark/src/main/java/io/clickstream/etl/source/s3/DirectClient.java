package io.clickstream.etl.source.s3;

import java.io.IOException;
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

/**
 * The client of an S3A file system, for requests that S3A does not send, or only with further ones.
 *
 * @param client with all settings of S3A
 * @param invoker repeats failed requests as S3A does, and translates exceptions
 * @param namesKey whether writes have to name a key of KMS
 */
record DirectClient(String bucket, S3Client client, Invoker invoker, boolean namesKey) {

  private static final Logger LOG = LoggerFactory.getLogger(DirectClient.class);

  /**
   * Returns the client of a file system; nothing where S3A itself has to be used.
   *
   * @param fileSystem an {@link S3AFileSystem}
   * @param use what for, as in "to write packs"
   */
  static Optional<DirectClient> of(FileSystem fileSystem, String use) {
    try {
      S3AFileSystem s3a = (S3AFileSystem) fileSystem;
      String bucket = s3a.getBucket();
      Configuration configuration = s3a.getConf();
      if (DirectReadEligibility.obstacle(configuration, bucket).isPresent()) {
        return Optional.empty();
      }
      return Optional.of(
          new DirectClient(
              bucket,
              s3a.getS3AInternals().getAmazonS3Client(use),
              new Invoker(new S3ARetryPolicy(configuration), Invoker.NO_OP),
              S3AUtils.getEncryptionAlgorithm(bucket, configuration).name().contains("KMS")));
    } catch (LinkageError | IOException | RuntimeException e) {
      LOG.warn("Using S3A {} in {}, which is slower: {}", use, fileSystem.getUri(), e.toString());
      return Optional.empty();
    }
  }
}
