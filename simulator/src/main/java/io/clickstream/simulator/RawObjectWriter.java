package io.clickstream.simulator;

import io.clickstream.event.RawKey;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Writes posts to a local folder as the raw objects that the ingest Lambda would store. This is
 * much faster than HTTP.
 *
 * <p>Equal posts give equal names, bytes and modification times, so writing them again changes
 * nothing. The modification time of a file is the {@code receivedAt} of its last post, to the
 * millisecond.
 *
 * <p>Several threads write. Names do not depend on the thread.
 */
public final class RawObjectWriter {

  /**
   * Settings of a writer.
   *
   * @param batchSize maximum number of posts in one object, up to 10,000: 1 makes {@code
   *     event-*.json} objects, more makes {@code batch-*.ndjson} objects of one hour each
   * @param broken true to write posts that the Lambda rejects, unchanged, for the job's rejects
   * @param threads the number of threads
   */
  public record Settings(int batchSize, boolean broken, int threads) {

    /** The largest batch, about ten megabytes. Several are in memory at a time. */
    public static final int MAX_BATCH = 10_000;

    public Settings {
      if (batchSize < 1 || batchSize > MAX_BATCH) {
        throw new IllegalArgumentException(
            "Cannot write objects: the batch size is %,d. Give 1 to %,d."
                .formatted(batchSize, MAX_BATCH));
      }
      if (threads < 1) {
        throw new IllegalArgumentException(
            "Cannot write objects: the number of threads is " + threads + ". Give at least 1.");
      }
    }

    /** Returns settings of one object per post, malformed posts included, one thread per core. */
    public static Settings standard() {
      return new Settings(1, true, Runtime.getRuntime().availableProcessors());
    }

    public Settings withBatchSize(int newBatchSize) {
      return new Settings(newBatchSize, broken, threads);
    }

    public Settings withBroken(boolean newBroken) {
      return new Settings(batchSize, newBroken, threads);
    }
  }

  /**
   * The numbers of what was written.
   *
   * @param records number of posts written
   * @param objects number of files
   * @param bytes size of all files
   * @param kinds number of records of each kind that occurs, in the order of {@link Kind}
   */
  public record Written(long records, long objects, long bytes, Map<Kind, Long> kinds) {

    public Written {
      kinds = Collections.unmodifiableMap(new EnumMap<>(kinds));
    }

    /** Returns the number of records of a kind. */
    public long of(Kind kind) {
      return kinds.getOrDefault(kind, 0L);
    }
  }

  private static final int OBJECTS_PER_TASK = 256;
  private static final int TASKS_PER_THREAD = 8;
  private static final int BATCHES_PER_THREAD = 2;
  private static final int TYPICAL_LENGTH = 1_536;

  private static final String API_ID = "s1mul4t10n";
  private static final String REQUEST_ID_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int REQUEST_ID_LENGTH = 15;

  private final Path root;
  private final Settings settings;

  /**
   * @param root the raw root, which holds the years; created if missing
   */
  public RawObjectWriter(Path root, Settings settings) {
    this.root = Objects.requireNonNull(root, "root");
    this.settings = Objects.requireNonNull(settings, "settings");
  }

  /**
   * Returns the folder that a raw root names.
   *
   * @param rawRoot {@code file:///…} or a plain path
   * @throws IllegalArgumentException when it names no local folder; the message is one line
   */
  public static Path localRoot(String rawRoot) {
    if (rawRoot.isBlank()) {
      throw new IllegalArgumentException(
          "Cannot write objects: the raw root is empty. Give file:///… or a plain path.");
    }
    Optional<String> scheme = scheme(rawRoot);
    try {
      if (scheme.isEmpty()) {
        return Path.of(rawRoot);
      }
      if (scheme.get().equals("file")) {
        URI uri = new URI(rawRoot);
        // file:/x and file:///x mean the same.
        return Path.of(new URI("file", null, checkedPath(uri), null));
      }
    } catch (URISyntaxException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "Cannot write to '" + rawRoot + "': it is not a folder: " + e.getMessage() + ".");
    }
    if (scheme.get().startsWith("s3")) {
      throw new IllegalArgumentException(
          "Cannot write to '"
              + rawRoot
              + "': it is not local. Send the traffic to S3 over HTTP, through the gateway.");
    }
    throw new IllegalArgumentException(
        "Cannot write to '" + rawRoot + "': it is not local. Give file:///… or a plain path.");
  }

  private static Optional<String> scheme(String rawRoot) {
    int colon = rawRoot.indexOf(':');
    String before = colon < 2 ? "" : rawRoot.substring(0, colon);
    return before.matches("[A-Za-z][A-Za-z0-9+.-]*")
        ? Optional.of(before.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private static String checkedPath(URI uri) {
    if (uri.getPath() == null || uri.getPath().isEmpty() || uri.getAuthority() != null) {
      throw new IllegalArgumentException(
          "Cannot write to '" + uri + "': it names no local folder. Give file:/// and a path.");
    }
    return uri.getPath();
  }

  /**
   * Writes posts.
   *
   * @param posts the posts, ordered by {@code receivedAt}
   * @param progress gets the number of records written so far, in the calling thread
   * @throws IOException if a file cannot be written; files written before it stay
   */
  public Written write(Iterable<SimulatedPost> posts, LongConsumer progress) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      Work work = new Work(threads, progress);
      List<SimulatedPost> together = new ArrayList<>();
      int most = settings.batchSize() > 1 ? settings.batchSize() : OBJECTS_PER_TASK;
      Instant hour = null;
      for (SimulatedPost post : posts) {
        if (!settings.broken() && !post.kind().accepted()) {
          continue;
        }
        Instant ownHour = post.receivedAt().truncatedTo(ChronoUnit.HOURS);
        if (!ownHour.equals(hour) || together.size() == most) {
          work.submit(hour, together);
          together = new ArrayList<>();
        }
        if (!ownHour.equals(hour)) {
          Files.createDirectories(root.resolve(RawKey.hourPrefix(ownHour)));
          hour = ownHour;
        }
        together.add(post);
      }
      work.submit(hour, together);
      return work.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot write to " + root + ": interrupted.", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Tasks in progress. Their number is bounded, so that a slow disk delays the simulation. */
  private final class Work {
    private final ExecutorService threads;
    private final LongConsumer progress;
    private final Deque<Future<Written>> tasks = new ArrayDeque<>();
    private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    private long records;
    private long objects;
    private long bytes;

    Work(ExecutorService threads, LongConsumer progress) {
      this.threads = threads;
      this.progress = progress;
    }

    void submit(Instant hour, List<SimulatedPost> posts) throws IOException, InterruptedException {
      if (posts.isEmpty()) {
        return;
      }
      int perThread = settings.batchSize() > 1 ? BATCHES_PER_THREAD : TASKS_PER_THREAD;
      while (tasks.size() >= settings.threads() * perThread) {
        take();
      }
      Path folder = root.resolve(RawKey.hourPrefix(hour));
      Callable<Written> task =
          settings.batchSize() > 1
              ? () -> writeBatch(folder, hour, posts)
              : () -> writeEvents(folder, hour, posts);
      tasks.add(threads.submit(task));
    }

    Written finish() throws IOException, InterruptedException {
      while (!tasks.isEmpty()) {
        take();
      }
      return new Written(records, objects, bytes, kinds);
    }

    private void take() throws IOException, InterruptedException {
      Written part;
      try {
        part = tasks.remove().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
      records += part.records();
      objects += part.objects();
      bytes += part.bytes();
      part.kinds().forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
      progress.accept(records);
    }
  }

  private static Written writeEvents(Path folder, Instant hour, List<SimulatedPost> posts)
      throws IOException {
    long bytes = 0;
    for (SimulatedPost post : posts) {
      byte[] content = rawObject(post);
      RawKey key = new RawKey(hour, RawKey.Kind.EVENT, post.id());
      put(folder.resolve(key.fileName()), content, post.receivedAt());
      bytes += content.length;
    }
    return new Written(posts.size(), posts.size(), bytes, kinds(posts));
  }

  private static Written writeBatch(Path folder, Instant hour, List<SimulatedPost> posts)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(posts.size() * TYPICAL_LENGTH);
    for (SimulatedPost post : posts) {
      lines.writeBytes(rawObject(post));
      lines.write('\n');
    }
    RawKey key = new RawKey(hour, RawKey.Kind.BATCH, posts.get(0).id());
    Instant last = posts.get(posts.size() - 1).receivedAt();
    put(folder.resolve(key.fileName()), lines.toByteArray(), last);
    return new Written(posts.size(), 1, lines.size(), kinds(posts));
  }

  private static void put(Path file, byte[] content, Instant modified) throws IOException {
    try {
      Files.write(file, content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      // Some file systems write through after truncating, which a second run can avoid.
      if (!Arrays.equals(Files.readAllBytes(file), content)) {
        Files.write(file, content);
      }
    }
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private static Map<Kind, Long> kinds(List<SimulatedPost> posts) {
    Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    posts.forEach(post -> kinds.merge(post.kind(), 1L, Long::sum));
    return kinds;
  }

  /**
   * Returns the bytes of a raw object: the client's members, then {@code _ingest}. A malformed post
   * stays unchanged.
   */
  public static byte[] rawObject(SimulatedPost post) {
    String body = post.body();
    if (!post.kind().accepted()) {
      return body.getBytes(StandardCharsets.UTF_8);
    }
    StringBuilder out = new StringBuilder(TYPICAL_LENGTH);
    out.append(body, 0, body.length() - 1).append(",\"_ingest\":");
    JsonText json = new JsonText(out).open('{');
    json.timeInMicros("receivedAt", post.receivedAt().toEpochMilli());
    json.text("sourceIp", post.sourceIp());
    json.text("userAgent", post.userAgent());
    json.text("method", "POST");
    json.text("path", "/clickstream");
    json.text("requestId", requestId(post));
    json.text("apiId", API_ID);
    json.text("stage", "$default");
    json.text("traceId", traceId(post));
    json.close('}').close('}');
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a request id in API Gateway's form, derived from the post's id. */
  private static String requestId(SimulatedPost post) {
    SeededRandom random = new SeededRandom(post.id().getMostSignificantBits());
    return random.text(REQUEST_ID_ALPHABET, REQUEST_ID_LENGTH) + "=";
  }

  /** Returns a trace id in X-Ray's form: seconds of the epoch, then 24 hexadecimal digits. */
  private static String traceId(SimulatedPost post) {
    String id = post.id().toString();
    String seconds = Long.toHexString(post.receivedAt().getEpochSecond());
    return "Root=1-" + seconds + "-" + id.substring(24) + id.substring(0, 8) + id.substring(9, 13);
  }
}
