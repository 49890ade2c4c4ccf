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
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/**
 * The raw root on any Hadoop file system: lists hours and reads objects. One listing of a prefix
 * replaces all requests for the metadata of single objects.
 */
public final class RawStore implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The setting of S3A for the number of retries after a response 503, "slow down". */
  private static final String THROTTLE_RETRIES = "fs.s3a.retry.throttle.limit";

  /**
   * Pauses of some minutes in all. S3A doubles the pause each time without a bound, so that with
   * its default of 20 one request can wait for a day.
   */
  private static final int DEFAULT_THROTTLE_RETRIES = 9;

  private final URI root;

  /** Visible for tests. */
  final SerializableConfiguration settings;

  private final ReadRetry retry;
  private transient volatile RawFiles files;

  /**
   * Creates a store.
   *
   * @param root such as {@code s3a://bucket/events} or {@code file:///data/events}
   * @param configuration with the settings of that file system
   */
  public RawStore(URI root, Configuration configuration) {
    this(root, configuration, ReadRetry.standard());
  }

  RawStore(URI root, Configuration configuration, ReadRetry retry) {
    this.root = root;
    this.retry = retry;
    this.settings = SerializableConfiguration.of(withBoundedThrottling(configuration));
  }

  private static Configuration withBoundedThrottling(Configuration configuration) {
    String[] sources = configuration.getPropertySources(THROTTLE_RETRIES);
    boolean chosen = sources != null && !sources[sources.length - 1].equals("core-default.xml");
    if (chosen) {
      return configuration;
    }
    Configuration bounded = new Configuration(configuration);
    bounded.setInt(THROTTLE_RETRIES, DEFAULT_THROTTLE_RETRIES);
    return bounded;
  }

  /** Returns the store of the folder with another name beside the root; below a root of all. */
  RawStore sibling(String name) {
    Path whole = new Path(root);
    // A slash at the end would make the root its own parent.
    String path = whole.toUri().getPath().replaceAll("/+$", "");
    Path here = new Path(whole, path.isEmpty() ? "/" : path);
    Path beside = new Path(here.isRoot() ? here : here.getParent(), name);
    return new RawStore(beside.toUri(), settings.toConfiguration(), retry);
  }

  /** Returns whether requests cross a network, so that many requests in flight are faster. */
  public boolean isRemote() {
    return !"file".equals(root.getScheme());
  }

  /** Lists one hour like {@link #list(Instant, Instant, Runnable)}, without a callback. */
  public HourListing list(Instant hour, Instant listedAt) throws IOException {
    return list(hour, listedAt, () -> {});
  }

  /**
   * Lists one hour.
   *
   * @param listedAt time of the call, by the clock of the warehouse
   * @param found runs for each raw object, in the calling thread; the listing waits for it
   * @throws RawRootMissingException when the raw root does not exist; an hour need not exist
   */
  public HourListing list(Instant hour, Instant listedAt, Runnable found) throws IOException {
    return collect(
        hour, listedAt, found, true, visitor -> files().list(RawKey.hourPrefix(hour), visitor));
  }

  /**
   * Lists the batch objects of an hour, and those of its event objects whose ids are not older than
   * an instant. Ids in another order than that of time (not UUIDv7) count by their first 48 bits.
   *
   * @param listedAt time of the call, by the clock of the warehouse
   * @param found runs for each raw object, in the calling thread; the listing waits for it
   * @throws RawRootMissingException when the raw root does not exist; an hour need not exist
   */
  public HourListing listSince(Instant hour, Instant listedAt, Instant since, Runnable found)
      throws IOException {
    String folder = RawKey.hourPrefix(hour);
    return collect(
        hour,
        listedAt,
        found,
        false,
        visitor -> {
          files().list(folder, new NameRange(RawKey.Kind.BATCH.prefix(), ""), visitor);
          String names = RawKey.eventNamesSince(since);
          files().list(folder, new NameRange(RawKey.Kind.EVENT.prefix(), names), visitor);
        });
  }

  /** Visits the entries of an hour. */
  @FunctionalInterface
  private interface Entries {
    void forEach(RawFiles.Visitor visitor) throws IOException;
  }

  private HourListing collect(
      Instant hour, Instant listedAt, Runnable found, boolean isWhole, Entries entries)
      throws IOException {
    ListedObjects.Builder objects = new ListedObjects.Builder(hour);
    ListedObjects.Builder packs = new ListedObjects.Builder(hour);
    long[] ignored = new long[1];
    try {
      entries.forEach(
          entry -> {
            Optional<RawKey> key =
                entry.isFolder() ? Optional.empty() : RawKey.inHour(hour, entry.name());
            if (key.isPresent()) {
              boolean isPack = key.get().kind() == RawKey.Kind.PACK;
              (isPack ? packs : objects)
                  .add(new ListedObject(key.get(), entry.size(), entry.lastModifiedMillis()));
              found.run();
            } else {
              ignored[0]++;
            }
          });
    } catch (FileNotFoundException e) {
      requireRoot();
    }
    ListedObjects files = packs.build();
    return new HourListing(
        hour,
        listedAt,
        objects.build(),
        new ListedPacks(files, files.isEmpty() ? null : this),
        ignored[0],
        isWhole);
  }

  /** Returns all hours that have a prefix, ascending. Lists folders, not their objects. */
  public List<Instant> hours() throws IOException {
    return hours(folder -> true);
  }

  /** Returns the hours from the first to the last one that have a prefix, ascending. */
  public List<Instant> hours(Instant first, Instant last) throws IOException {
    String from = RawKey.hourPrefix(first);
    String to = RawKey.hourPrefix(last);
    return hours(
        folder -> {
          int length = Math.min(folder.length(), from.length());
          String start = folder.substring(0, length);
          return start.compareTo(from.substring(0, length)) >= 0
              && start.compareTo(to.substring(0, length)) <= 0;
        });
  }

  private List<Instant> hours(Predicate<String> wanted) throws IOException {
    requireRoot();
    TreeSet<Instant> hours = new TreeSet<>();
    for (String year : folders("", wanted)) {
      for (String month : folders(year, wanted)) {
        for (String day : folders(month, wanted)) {
          for (String hour : folders(day, wanted)) {
            RawKey.parseHour(hour).ifPresent(hours::add);
          }
        }
      }
    }
    return List.copyOf(hours);
  }

  /**
   * Checks that the raw root exists; on an object store, that its bucket does.
   *
   * @throws RawRootMissingException when it does not exist
   */
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

  /** Compares S3A's exception by name, since a platform may lack S3A. */
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

  /** Returns whether an object exists now. */
  boolean exists(RawKey key) throws IOException {
    return files().exists(key.relative());
  }

  /**
   * Reads the keys of a pack.
   *
   * @param pack its key, and its size as listed
   * @throws NotAPackException if it is another file with the name of a pack
   * @throws IOException if it cannot be read, or is cut short
   */
  public PackContents contents(ListedObject pack) throws IOException, NotAPackException {
    return new PackReader(this).contents(pack);
  }

  /** Reads some bytes of a file, again after a transient error. */
  byte[] readRange(RawKey key, long size, long from, int length) throws IOException {
    return files().readRange(key.relative(), size, from, length);
  }

  /** Creates a file as a whole; returns false if it exists already. */
  boolean create(RawKey key, java.nio.file.Path content) throws IOException {
    return files().create(key.relative(), content);
  }

  /** Deletes objects. One that does not exist is not an error. */
  void delete(List<RawKey> keys) throws IOException {
    files().delete(keys.stream().map(RawKey::relative).toList());
  }

  private List<String> folders(String parent, Predicate<String> wanted) throws IOException {
    List<String> folders = new ArrayList<>();
    try {
      files()
          .list(
              parent,
              entry -> {
                String folder = parent.isEmpty() ? entry.name() : parent + "/" + entry.name();
                if (entry.isFolder() && wanted.test(folder)) {
                  folders.add(folder);
                }
              });
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return folders;
  }

  RawFiles files() throws IOException {
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
