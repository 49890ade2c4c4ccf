package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/**
 * The raw root on any Hadoop file system: lists hours and opens objects. Lists each prefix once, as
 * a whole, and asks nothing about single objects.
 */
public final class RawStore implements Serializable {

  private static final long serialVersionUID = 1L;

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

  private final ReadRetry retry;
  private transient volatile RawFiles files;

  /**
   * A store below a root.
   *
   * @param root such as {@code s3a://bucket/events} or {@code file:///data/events}
   * @param configuration with the credentials and endpoint of that file system
   */
  public RawStore(URI root, Configuration configuration) {
    this(root, configuration, ReadRetry.standard());
  }

  RawStore(URI root, Configuration configuration, ReadRetry retry) {
    this.root = root;
    this.retry = retry;
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

  /** As {@link #list(Instant, Instant, Runnable)}, without anybody to tell. */
  public HourListing list(Instant hour, Instant listedAt) throws IOException {
    return list(hour, listedAt, () -> {});
  }

  /**
   * Lists one hour.
   *
   * @param listedAt when that begins, by the warehouse's clock
   * @param found told of each raw object, by the calling thread; the listing waits for it
   * @throws RawRootMissingException when it is not just the hour that is missing
   */
  public HourListing list(Instant hour, Instant listedAt, Runnable found) throws IOException {
    ListedObjects.Builder objects = new ListedObjects.Builder(hour);
    long[] ignored = new long[1];
    try {
      files()
          .list(
              RawKey.hourPrefix(hour),
              entry -> {
                Optional<RawKey> key =
                    entry.isFolder() ? Optional.empty() : RawKey.inHour(hour, entry.name());
                if (key.isPresent()) {
                  objects.add(
                      new ListedObject(key.get(), entry.size(), entry.lastModifiedMillis()));
                  found.run();
                } else {
                  ignored[0]++;
                }
              });
    } catch (FileNotFoundException e) {
      requireRoot();
    }
    return new HourListing(hour, listedAt, objects.build(), ignored[0]);
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
      files().requireRoot();
    } catch (FileNotFoundException e) {
      throw new RawRootMissingException(root.toString(), e);
    } catch (IOException e) {
      if (isMissingBucket(e)) {
        throw new RawRootMissingException(root.toString(), e);
      }
      throw e;
    }
  }

  /** S3A's own exception, by name: the job is built without S3A. */
  static boolean isMissingBucket(IOException thrown) {
    return thrown.getClass().getSimpleName().equals("UnknownStoreException");
  }

  /**
   * Reads an object, and reads it again from its first byte after a transient error.
   *
   * @param reader takes the content of each attempt; its result is returned
   * @throws FileNotFoundException when the object does not exist
   */
  <T> T read(ListedObject object, FunctionRaisingIOE<InputStream, T> reader) throws IOException {
    return files().read(object.key().relative(), object.size(), reader);
  }

  /** Whether an object is there now. */
  boolean exists(ListedObject object) throws IOException {
    return files().exists(object.key().relative());
  }

  private List<String> folders(String parent) throws IOException {
    List<String> folders = new ArrayList<>();
    try {
      files()
          .list(
              parent,
              entry -> {
                if (entry.isFolder()) {
                  folders.add(parent.isEmpty() ? entry.name() : parent + "/" + entry.name());
                }
              });
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return folders;
  }

  private RawFiles files() throws IOException {
    RawFiles current = files;
    if (current == null) {
      synchronized (this) {
        current = files;
        if (current == null) {
          current = openFiles();
          files = current;
        }
      }
    }
    return current;
  }

  private RawFiles openFiles() throws IOException {
    FileSystem fileSystem = FileSystem.get(root, settings.toConfiguration());
    // A subclass may read files in a way of its own, so only the class itself is passed over.
    if (fileSystem.getClass() == LocalFileSystem.class) {
      return new LocalFiles(((LocalFileSystem) fileSystem).pathToFile(new Path(root)), retry);
    }
    HadoopFiles files = new HadoopFiles(fileSystem, root, retry);
    // Compared by name, since a platform may lack S3A.
    return fileSystem.getClass().getName().equals("org.apache.hadoop.fs.s3a.S3AFileSystem")
        ? new S3Files(files, fileSystem, new Path(root))
        : files;
  }
}
