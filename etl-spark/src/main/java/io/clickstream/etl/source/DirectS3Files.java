package io.clickstream.etl.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of S3A, opened without it: what S3A does around a GET costs many times the GET. Listing
 * stays S3A's, and so does all of a store whose GETs are not plain.
 *
 * <p>S3A has the last word. What S3 refuses is asked of S3A again, whose answer counts. So is
 * whatever fails before S3 has answered any plain GET; where S3A succeeds and plain GETs still
 * don't, the store is left to it.
 */
final class DirectS3Files implements RawFiles {

  private static final Logger LOG = LoggerFactory.getLogger(DirectS3Files.class);

  /** One for all tasks of the process, which share S3A's file system as well; empty: S3A's. */
  private static final Map<FileSystem, Optional<S3Objects>> OBJECTS = new WeakHashMap<>();

  private final HadoopFiles s3a;
  private final FileSystem fileSystem;

  /** Of the root: empty or ending in a slash. */
  private final String prefix;

  private final Retry patient;
  private volatile Optional<S3Objects> objects;

  /**
   * Files below a root.
   *
   * @param s3a the same by way of S3A
   * @param fileSystem S3A
   */
  DirectS3Files(HadoopFiles s3a, FileSystem fileSystem, URI root) {
    this.s3a = s3a;
    this.fileSystem = fileSystem;
    String folder = new Path(root).toUri().getPath().substring(1);
    this.prefix = folder.isEmpty() ? "" : folder + "/";
    this.patient = asPatientAsS3A(fileSystem.getConf());
    synchronized (OBJECTS) {
      this.objects = OBJECTS.computeIfAbsent(fileSystem, DirectS3Files::connect);
    }
  }

  /** By S3A's settings. */
  private static Retry asPatientAsS3A(Configuration settings) {
    return new Retry(
        patience(settings, "fs.s3a.retry.limit", 7, "fs.s3a.retry.interval"),
        patience(settings, "fs.s3a.retry.throttle.limit", 9, "fs.s3a.retry.throttle.interval"));
  }

  private static Retry.Patience patience(
      Configuration settings, String limit, int usualLimit, String interval) {
    long pause = settings.getTimeDuration(interval, 500, TimeUnit.MILLISECONDS);
    // S3A doubles its interval before the first pause already.
    return new Retry.Patience(1 + settings.getInt(limit, usualLimit), Duration.ofMillis(2 * pause));
  }

  private static Optional<S3Objects> connect(FileSystem fileSystem) {
    try {
      S3AFileSystem s3a = (S3AFileSystem) fileSystem;
      Optional<String> obstacle = PlainGets.obstacle(s3a.getConf(), s3a.getBucket());
      if (obstacle.isEmpty()) {
        return Optional.of(S3Objects.of(s3a));
      }
      tell(fileSystem, obstacle.get());
    } catch (LinkageError e) {
      tell(fileSystem, "this S3A is another than 3.4's");
    } catch (IOException | RuntimeException e) {
      tell(fileSystem, e.toString());
    }
    return Optional.empty();
  }

  private static void tell(FileSystem fileSystem, String reason) {
    LOG.warn("{} is read through S3A, which is slower: {}", fileSystem.getUri(), reason);
  }

  @Override
  public void list(String folder, Visitor visitor) throws IOException {
    s3a.list(folder, visitor);
  }

  @Override
  public boolean exists(String file) throws IOException {
    return s3a.exists(file);
  }

  @Override
  public void touchRoot() throws IOException {
    s3a.touchRoot();
  }

  @Override
  public Optional<Retry> retry() {
    return objects.filter(S3Objects::hasAnswered).map(direct -> patient);
  }

  @Override
  public InputStream open(String file, long size) throws IOException {
    Optional<S3Objects> direct = objects;
    if (direct.isEmpty()) {
      return s3a.open(file, size);
    }
    try {
      return direct.get().open(prefix + file);
    } catch (IOException e) {
      if (e instanceof RefusedException || !direct.get().hasAnswered()) {
        return askS3A(file, size, direct.get());
      }
      throw e;
    }
  }

  private InputStream askS3A(String file, long size, S3Objects direct) throws IOException {
    InputStream in = new BufferedInputStream(s3a.open(file, size));
    try {
      // S3A's own request comes with the first read.
      in.mark(1);
      in.read();
      in.reset();
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    if (!direct.hasAnswered()) {
      // Once more: one broken connection says nothing about a store.
      try {
        direct.open(prefix + file).close();
      } catch (IOException e) {
        if (!direct.hasAnswered()) {
          leaveToS3A(e);
        }
      }
    }
    return in;
  }

  private void leaveToS3A(IOException obstacle) {
    synchronized (OBJECTS) {
      if (OBJECTS.put(fileSystem, Optional.empty()).isPresent()) {
        tell(
            fileSystem,
            obstacle.getMessage() + " (does fs.s3a.endpoint.region name the bucket's region?)");
      }
    }
    objects = Optional.empty();
  }
}
