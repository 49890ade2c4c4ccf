package io.clickstream.it.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.source.ReadObjects;
import io.clickstream.event.RawKey;
import io.clickstream.event.TimeOrderedUuid;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.RecordingProxy;
import io.clickstream.testing.TestBucket;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of an S3 server are read with direct GETs, and through S3A where those fail. */
class DirectReadsIT {

  private static final TestBucket BUCKET = TestBucket.create();
  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");
  private static final int OBJECTS = 300;

  /** Objects per page of S3's listings. */
  private static final int PAGE = 1_000;

  private static final int BODY = RawRow.RECORD.indexOf("body");
  private static final int OUTCOME = RawRow.OBJECT.indexOf("outcome");
  private static final int DETAIL = RawRow.OBJECT.indexOf("detail");
  private static final int CONCURRENCY = 8;
  private static final String DIRECT = "\r\nuser-agent: clickstream-etl\r\n";
  private static final String THROUGH_S3A = "\r\nuser-agent: hadoop ";

  @TempDir private static Path folder;

  private static Path raw;
  private static RecordingProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    raw = folder.resolve("raw");
    for (int i = 0; i < OBJECTS; i++) {
      new RawFolder(raw).write(key(i), body(i).getBytes(StandardCharsets.UTF_8));
    }
    BUCKET.upload(raw, "events");
    proxy = new RecordingProxy(BUCKET.endpoint());
  }

  @AfterAll
  static void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
  }

  @BeforeEach
  void forget() {
    proxy.reset();
  }

  private static RawKey key(int number) {
    return RawKey.received(HOUR, RawKey.Kind.EVENT, new UUID(number, number));
  }

  private static String body(int number) {
    return "{\"n\":" + number + "}";
  }

  /** Returns a store with a new file system, since Hadoop's cache ignores settings. */
  private static RawStore store(String prefix, Map<String, String> settings) {
    Configuration configuration = new Configuration();
    Map<String, String> all = BUCKET.settings();
    all.put("fs.s3a.endpoint", proxy.endpoint().toString());
    all.forEach(configuration::set);
    configuration.set("fs.s3a.impl.disable.cache", "true");
    configuration.set("fs.s3a.retry.interval", "5ms");
    settings.forEach(configuration::set);
    return new RawStore(BUCKET.uri(prefix), configuration);
  }

  private static RawStore store(Map<String, String> settings) {
    return store("events", settings);
  }

  @Test
  void newObjectsAreListedPageByPageWithoutTheOthers() throws Exception {
    Instant hour = HOUR.plus(Duration.ofHours(1));
    Instant since = hour.plus(Duration.ofMinutes(20));
    Path many = folder.resolve("many");
    int pages = 3;
    for (int i = 0; i < pages * PAGE; i++) {
      Instant madeAt = since.plusMillis(i - PAGE / 2);
      UUID id = TimeOrderedUuid.of(madeAt, 0, i);
      new RawFolder(many)
          .write(RawKey.received(hour, RawKey.Kind.EVENT, id), new byte[] {'{', '}'});
    }
    RawKey batch = RawKey.received(hour, RawKey.Kind.BATCH, new UUID(1, 1));
    new RawFolder(many).write(batch, new byte[] {'{', '}'});
    new RawFolder(many).write("2026/11/22/14/event-deeper/x", new byte[0]);
    BUCKET.upload(many, "many");
    for (Map<String, String> settings :
        List.of(
            Map.<String, String>of(),
            Map.of("fs.s3a.requester.pays.enabled", "true"),
            Map.of("fs.s3a.list.version", "1"))) {
      ListedObjects some = store("many", settings).listSince(hour, hour, since, () -> {}).objects();
      assertThat(some).hasSize(1 + pages * PAGE - PAGE / 2);
      ListedObjects all = store("many", settings).list(hour, hour).objects();
      assertThat(all).hasSize(1 + pages * PAGE).containsAll(some);
    }
  }

  private static ListedObjects listed() throws IOException {
    return store(Map.of()).list(HOUR, HOUR).objects();
  }

  private static List<Row> read(RawStore store, ListedObjects objects) {
    return new ReadObjects(store, CONCURRENCY)
        .read(TestSpark.session(), List.of(objects))
        .collectAsList();
  }

  private static List<String> bodies(List<Row> rows) {
    return rows.stream()
        .filter(RawRow.RECORD::holds)
        .map(row -> new String(row.<byte[]>getAs(BODY), UTF_8))
        .toList();
  }

  private static List<String> outcomes(List<Row> rows) {
    return rows.stream()
        .filter(RawRow.OBJECT::holds)
        .map(row -> row.getString(OUTCOME) + " " + row.get(DETAIL))
        .toList();
  }

  private static void assertAllRead(List<Row> rows) {
    assertThat(outcomes(rows)).hasSize(OBJECTS).containsOnly("read null");
    for (int i = 0; i < OBJECTS; i++) {
      assertThat(bodies(rows)).contains(body(i));
    }
  }

  @Test
  void directGetsOnFewConnectionsReadAllObjects() throws IOException {
    ListedObjects objects = listed();
    proxy.reset();
    assertAllRead(read(store(Map.of()), objects));
    assertThat(proxy.gets()).hasSize(OBJECTS).allMatch(head -> head.contains(DIRECT));
    assertThat(proxy.connections())
        .isLessThanOrEqualTo(CONCURRENCY * TestSpark.session().sparkContext().defaultParallelism());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b/c",
        "a+b",
        "100%",
        "a%20b",
        "%2F",
        "é/日本/🎉",
        "a&b=c;d,e:f@g$h!i'j(k)*l~m-n_o.p",
        "p\"q<r>s[t]{u}|v^w`x#y"
      })
  void aPrefixMayHaveAnyCharacter(String prefix) throws Exception {
    Path few = Files.createTempDirectory(folder, "few");
    new RawFolder(few).write(key(1), prefix.getBytes(StandardCharsets.UTF_8));
    BUCKET.upload(few, prefix);
    String escaped = new URI("s3a", BUCKET.name(), "/" + prefix, null).toASCIIString();
    RawStore store = store(escaped.substring(("s3a://" + BUCKET.name() + "/").length()), Map.of());
    List<Row> rows = read(store, store.list(HOUR, HOUR).objects());
    assertThat(outcomes(rows)).containsExactly("read null");
    assertThat(bodies(rows)).containsExactly(prefix);
    assertThat(proxy.gets()).hasSize(1).allMatch(head -> head.contains(DIRECT));
  }

  @Test
  void aWrongKeyMakesObjectsUnreadableWithTheMessageOfS3A() throws IOException {
    ListedObjects objects = listed().subList(0, 5);
    proxy.reset();
    List<Row> rows = read(store(Map.of("fs.s3a.secret.key", "not-it")), objects);
    assertThat(bodies(rows)).isEmpty();
    assertThat(outcomes(rows))
        .hasSize(5)
        .allMatch(row -> row.startsWith("unreadable ") && row.contains("403"))
        .noneMatch(row -> row.contains("not-it") || row.contains("\n"));
    assertThat(proxy.gets()).filteredOn(head -> head.contains(DIRECT)).hasSize(5);
    assertThat(proxy.gets()).filteredOn(head -> head.contains(THROUGH_S3A)).hasSize(5);
  }

  @Test
  void anObjectDeletedAfterTheListingHasVanished() throws Exception {
    BUCKET.upload(raw, "gone");
    RawStore store = store("gone", Map.of());
    ListedObjects objects = store.list(HOUR, HOUR).objects();
    Configuration configuration = new Configuration();
    BUCKET.settings().forEach(configuration::set);
    URI root = BUCKET.uri("gone");
    try (FileSystem files = FileSystem.newInstance(root, configuration)) {
      files.delete(new org.apache.hadoop.fs.Path(root + "/" + key(7).relative()), false);
    }
    List<Row> rows = read(store, objects);
    assertThat(bodies(rows)).hasSize(OBJECTS - 1).doesNotContain(body(7));
    assertThat(outcomes(rows)).containsOnlyOnce("vanished null").hasSize(OBJECTS);
  }

  @Test
  void sessionTokensAreSent() throws IOException {
    ListedObjects objects = listed();
    proxy.reset();
    assertAllRead(
        read(
            store(
                Map.of(
                    "fs.s3a.aws.credentials.provider",
                    "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider",
                    "fs.s3a.session.token",
                    "a-token")),
            objects));
    assertThat(proxy.gets())
        .hasSize(OBJECTS)
        .allMatch(
            head ->
                head.contains(DIRECT)
                    && head.contains("\r\nx-amz-security-token: a-token\r\n")
                    && head.contains(";x-amz-security-token,"));
  }

  @Test
  void anonymousRequestsAreNotSigned() throws IOException {
    ListedObjects objects = listed().subList(0, 1);
    proxy.reset();
    read(
        store(
            Map.of(
                "fs.s3a.aws.credentials.provider",
                "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider")),
        objects);
    assertThat(proxy.gets())
        .anyMatch(head -> head.contains(DIRECT))
        .noneMatch(head -> head.contains("\r\nauthorization:"));
  }

  @Test
  void aBucketThatIsNotEligibleIsReadThroughS3A() throws IOException {
    ListedObjects objects = listed();
    proxy.reset();
    assertAllRead(
        read(
            store(Map.of("fs.s3a.bucket." + BUCKET.name() + ".requester.pays.enabled", "true")),
            objects));
    assertThat(proxy.gets())
        .hasSize(OBJECTS)
        .allMatch(
            head ->
                head.contains(THROUGH_S3A) && head.contains("\r\nx-amz-request-payer: requester"));
  }

  @Test
  void aBucketThatRefusesDirectGetsIsReadThroughS3A() throws IOException {
    ListedObjects objects = listed();
    proxy.reset();
    proxy.answer(
        head ->
            head.contains(DIRECT)
                ? Optional.of(
                    "HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\n"
                        + "x-amz-bucket-region: eu-west-1\r\nContent-Length: 0\r\n\r\n")
                : Optional.empty());
    assertAllRead(read(store(Map.of()), objects));
    assertThat(proxy.gets()).filteredOn(head -> head.contains(THROUGH_S3A)).hasSize(OBJECTS);
    int inFlight = CONCURRENCY * TestSpark.session().sparkContext().defaultParallelism();
    // Each of the first reads sends two direct GETs.
    assertThat(proxy.gets())
        .filteredOn(head -> head.contains(DIRECT))
        .hasSizeBetween(2, 2 * inFlight);
  }

  @Test
  void aBucketThatDirectGetsDoNotReachIsReadThroughS3A() throws IOException {
    ListedObjects objects = listed();
    proxy.reset();
    proxy.answer(head -> head.contains(DIRECT) ? Optional.of("") : Optional.empty());
    assertAllRead(read(store(Map.of()), objects));
    assertThat(proxy.gets()).filteredOn(head -> head.contains(THROUGH_S3A)).hasSize(OBJECTS);
  }

  @Test
  void oneBrokenConnectionDoesNotEndDirectReads() throws IOException {
    ListedObjects objects = listed().subList(0, 1);
    proxy.reset();
    AtomicInteger direct = new AtomicInteger();
    proxy.answer(
        head ->
            head.contains(DIRECT) && direct.getAndIncrement() == 0
                ? Optional.of("")
                : Optional.empty());
    RawStore store = store(Map.of());
    assertThat(outcomes(read(store, objects))).containsExactly("read null");
    assertThat(outcomes(read(store, objects))).containsExactly("read null");
    assertThat(proxy.gets()).filteredOn(head -> head.contains(THROUGH_S3A)).hasSize(1);
  }

  @Test
  void transientErrorsAreRetriedAsOftenAsTheSettingsOfS3ASay() throws IOException {
    ListedObjects objects = listed();
    String last = objects.get(OBJECTS - 1).key().relative();
    proxy.reset();
    proxy.answer(head -> head.contains(last) ? Optional.of("") : Optional.empty());
    List<Row> rows = read(store(Map.of("fs.s3a.retry.limit", "3")), objects);
    assertThat(outcomes(rows)).filteredOn("read null"::equals).hasSize(OBJECTS - 1);
    assertThat(outcomes(rows)).filteredOn(row -> row.startsWith("unreadable ")).hasSize(1);
    // The HTTP client repeats a request by itself when a pooled connection was closed.
    assertThat(proxy.gets()).filteredOn(head -> head.contains(last)).hasSizeBetween(4, 8);
  }

  @Test
  void oneRefusedObjectDoesNotEndDirectReads() throws IOException {
    ListedObjects objects = listed();
    String last = objects.get(OBJECTS - 1).key().relative();
    proxy.reset();
    proxy.answer(
        head ->
            head.contains(DIRECT) && head.contains(last)
                ? Optional.of("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                : Optional.empty());
    assertAllRead(read(store(Map.of()), objects));
    assertThat(proxy.gets()).filteredOn(head -> head.contains(DIRECT)).hasSize(OBJECTS);
    assertThat(proxy.gets()).filteredOn(head -> head.contains(THROUGH_S3A)).hasSize(1);
  }
}
