package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The raw root on any Hadoop file system: lists hours and opens objects. Lists each prefix once, as
 * a whole, and asks nothing about single objects.
 */
public final class RawStore implements Serializable {

  private static final long serialVersionUID = 1L;

  /** With the length known, S3A needs no HEAD before the GET; others ignore it. */
  private static final String KNOWN_LENGTH = "fs.option.openfile.length";

  /** S3A's own number of retries when S3 says "slow down". */
  private static final String THROTTLE_RETRIES = "fs.s3a.retry.throttle.limit";

  /**
   * Some two minutes in all. S3A doubles the pause each time without a bound: its default of 20
   * lets one request wait for a day.
   */
  private static final int FEWER_THROTTLE_RETRIES = 9;

  private final URI root;

  /** Package-visible for its test. */
  final HadoopSettings settings;

  private transient volatile FileSystem fileSystem;

  /**
   * A store below a root.
   *
   * @param root such as {@code s3a://bucket/events} or {@code file:///data/events}
   * @param configuration with the credentials and endpoint of that file system
   */
  public RawStore(URI root, Configuration configuration) {
    this.root = root;
    this.settings = HadoopSettings.of(withBoundedPatience(configuration));
  }

  private static Configuration withBoundedPatience(Configuration configuration) {
    String[] sources = configuration.getPropertySources(THROTTLE_RETRIES);
    boolean chosen = sources != null && !sources[sources.length - 1].equals("core-default.xml");
    if (chosen) {
      return configuration;
    }
    Configuration bounded = new Configuration(configuration);
    bounded.setInt(THROTTLE_RETRIES, FEWER_THROTTLE_RETRIES);
    return bounded;
  }

  /** Whether requests cross a network, so that many in flight pay. */
  public boolean isRemote() {
    return !"file".equals(root.getScheme());
  }

  /**
   * Lists one hour.
   *
   * @param listedAt when that begins, by the warehouse's clock
   * @throws RawRootMissingException when it is not just the hour that is missing
   */
  public HourListing list(Instant hour, Instant listedAt) throws IOException {
    List<ListedObject> objects = new ArrayList<>();
    long ignored = 0;
    try {
      RemoteIterator<FileStatus> found =
          fileSystem().listStatusIterator(path(RawKey.hourPrefix(hour)));
      while (found.hasNext()) {
        FileStatus status = found.next();
        Optional<RawKey> key =
            status.isFile() ? RawKey.inHour(hour, status.getPath().getName()) : Optional.empty();
        if (key.isPresent()) {
          objects.add(new ListedObject(key.get(), status.getLen(), status.getModificationTime()));
        } else {
          ignored++;
        }
      }
    } catch (FileNotFoundException e) {
      requireRoot();
    }
    objects.sort(Comparator.comparing(listed -> listed.key().fileName()));
    return new HourListing(hour, listedAt, objects, ignored);
  }

  /** All hours that have a prefix, ascending: a listing of the folders, not of their objects. */
  public List<Instant> hours() throws IOException {
    requireRoot();
    TreeSet<Instant> hours = new TreeSet<>();
    for (String year : folders("")) {
      for (String month : folders(year)) {
        for (String day : folders(month)) {
          for (String hour : folders(day)) {
            RawKey.parseHour(hour).ifPresent(hours::add);
          }
        }
      }
    }
    return List.copyOf(hours);
  }

  /** Fails when the raw root (on an object store: its bucket) does not exist. */
  public void requireRoot() throws IOException {
    try {
      if (isObjectStore()) {
        // A bucket without the prefix is an empty root, so the bucket itself is asked.
        fileSystem().listStatusIterator(new Path(root.resolve("/"))).hasNext();
      } else {
        fileSystem().getFileStatus(new Path(root));
      }
    } catch (FileNotFoundException e) {
      throw new RawRootMissingException(root.toString(), e);
    } catch (IOException e) {
      if (missingBucket(e)) {
        throw new RawRootMissingException(root.toString(), e);
      }
      throw e;
    }
  }

  /** S3A's own exception, by name: the job is built without S3A. */
  static boolean missingBucket(IOException thrown) {
    return thrown.getClass().getSimpleName().equals("UnknownStoreException");
  }

  /**
   * Opens an object; {@link FileNotFoundException} at opening or at the first read when it is gone.
   */
  FSDataInputStream open(ListedObject object) throws IOException {
    FutureDataInputStreamBuilder builder =
        fileSystem()
            .openFile(path(object.key().relative()))
            .opt(KNOWN_LENGTH, Long.toString(object.size()));
    return org.apache.hadoop.util.functional.FutureIO.awaitFuture(builder.build());
  }

  /** Whether an object is there now. */
  boolean exists(ListedObject object) throws IOException {
    return fileSystem().exists(path(object.key().relative()));
  }

  private boolean isObjectStore() {
    return "s3a".equals(root.getScheme())
        || "s3".equals(root.getScheme())
        || "s3n".equals(root.getScheme());
  }

  private List<String> folders(String parent) throws IOException {
    List<String> folders = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> found =
          fileSystem().listStatusIterator(parent.isEmpty() ? new Path(root) : path(parent));
      while (found.hasNext()) {
        FileStatus status = found.next();
        if (status.isDirectory()) {
          String name = status.getPath().getName();
          folders.add(parent.isEmpty() ? name : parent + "/" + name);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return folders;
  }

  /** Below the root as Hadoop has it: escapes of the URI decoded. */
  private Path path(String relative) {
    return new Path(new Path(root), relative);
  }

  private FileSystem fileSystem() throws IOException {
    FileSystem current = fileSystem;
    if (current == null) {
      synchronized (this) {
        current = fileSystem;
        if (current == null) {
          current = FileSystem.get(root, settings.toConfiguration());
          fileSystem = current;
        }
      }
    }
    return current;
  }
}
