package io.clickstream.etl.source.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.util.functional.CallableRaisingIOE;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the objects of an S3A file system with direct GETs, which cost a tenth of the CPU time of a
 * read through S3A, and through S3A where direct GETs fail.
 *
 * <ol>
 *   <li>A bucket that is not eligible is read through S3A.
 *   <li>An object that S3 refuses to a direct GET is read through S3A, whose result counts.
 *   <li>An object that fails before S3 has answered any direct GET is read through S3A as well. If
 *       that succeeds and a second direct GET has no answer either, the whole bucket is read
 *       through S3A from then on.
 * </ol>
 */
public final class DirectReads {

  private static final Logger LOG = LoggerFactory.getLogger(DirectReads.class);

  /** One per file system, which all tasks of the process share. */
  private static final Map<FileSystem, DirectReads> INSTANCES = new WeakHashMap<>();

  /** For log lines. */
  private final String bucket;

  /** Empty while the bucket is read through S3A. */
  private volatile Optional<SignedGets> gets;

  private DirectReads(FileSystem fileSystem) {
    bucket = fileSystem.getUri().toString();
    gets = connect(fileSystem);
  }

  /**
   * Returns the direct reads of a file system.
   *
   * @param fileSystem an {@link S3AFileSystem}
   */
  public static DirectReads of(FileSystem fileSystem) {
    synchronized (INSTANCES) {
      return INSTANCES.computeIfAbsent(fileSystem, DirectReads::new);
    }
  }

  private Optional<SignedGets> connect(FileSystem fileSystem) {
    try {
      S3AFileSystem s3a = (S3AFileSystem) fileSystem;
      Optional<String> obstacle = DirectReadEligibility.obstacle(s3a.getConf(), s3a.getBucket());
      if (obstacle.isEmpty()) {
        return Optional.of(SignedGets.of(s3a));
      }
      warn(obstacle.get());
    } catch (LinkageError e) {
      warn("S3A is not of Hadoop 3.4");
    } catch (IOException | RuntimeException e) {
      warn(e.toString());
    }
    return Optional.empty();
  }

  private void warn(String reason) {
    LOG.warn("Reading {} through S3A, which is slower: {}", bucket, reason);
  }

  /**
   * Reads an object.
   *
   * @param reader takes the body of each attempt; its result is returned
   * @param throughS3A reads the same object through S3A
   * @throws FileNotFoundException when the bucket has no such object
   */
  public <T> T read(
      String key, FunctionRaisingIOE<InputStream, T> reader, CallableRaisingIOE<T> throughS3A)
      throws IOException {
    Optional<SignedGets> current = gets;
    if (current.isEmpty()) {
      return throughS3A.apply();
    }
    SignedGets direct = current.get();
    try {
      return direct.read(key, reader);
    } catch (IOException e) {
      boolean isFinal = e instanceof FileNotFoundException || direct.isTransient(e);
      if (direct.hasAnswered() && isFinal || Thread.currentThread().isInterrupted()) {
        throw e;
      }
    }
    T result = throughS3A.apply();
    if (!direct.hasAnswered()) {
      requireAnswer(direct, key);
    }
    return result;
  }

  /** Sends a second GET, because one broken connection does not mean that S3 is out of reach. */
  private void requireAnswer(SignedGets direct, String key) {
    try {
      direct.read(key, InputStream::read);
    } catch (IOException e) {
      if (!direct.hasAnswered()) {
        readThroughS3A(e);
      }
    }
  }

  private synchronized void readThroughS3A(IOException reason) {
    if (gets.isPresent()) {
      gets = Optional.empty();
      warn(reason.getMessage() + " (does fs.s3a.endpoint.region name the region of the bucket?)");
    }
  }
}
