package io.clickstream.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clickstream.event.RawKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An S3 endpoint over HTTP for {@link GeneratedObjects}, which keeps none of them. Every bucket
 * holds the same objects below {@code events/}. It serves {@code ListObjectsV2}, {@code GetObject}
 * with ranges, {@code HeadObject} and {@code HeadBucket}, and ignores signatures.
 */
public final class GeneratedS3 implements AutoCloseable {

  private static final String ROOT = RawKey.ROOT + "/";
  private static final int MAX_KEYS = 1_000;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final GeneratedObjects objects;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, AtomicLong> requests = new ConcurrentSkipListMap<>();

  /**
   * Starts the endpoint.
   *
   * @param port the port, or 0 for a free one
   */
  public GeneratedS3(GeneratedObjects objects, int port) throws IOException {
    this.objects = objects;
    // Without it a response waits for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the number of requests: {@code GET}, {@code HEAD}, and {@code LIST <prefix>}. */
  public Map<String, Long> requests() {
    Map<String, Long> counted = new TreeMap<>();
    requests.forEach((kind, number) -> counted.put(kind, number.get()));
    return Collections.unmodifiableMap(counted);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      // The first part of the path is the bucket.
      String[] path = exchange.getRequestURI().getPath().split("/", 3);
      String key = path.length < 3 ? "" : path[2];
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        fail(exchange, 405, "MethodNotAllowed");
      } else if (!key.isEmpty()) {
        count(method);
        object(exchange, key);
      } else if (method.equals("HEAD")) {
        count(method);
        exchange.sendResponseHeaders(200, -1);
      } else {
        list(exchange, query(exchange.getRequestURI()));
      }
    }
  }

  private void count(String kind) {
    requests.computeIfAbsent(kind, first -> new AtomicLong()).incrementAndGet();
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    if (uri.getRawQuery() != null) {
      for (String part : uri.getRawQuery().split("&")) {
        String[] pair = part.split("=", 2);
        query.put(
            pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    String prefix = query.getOrDefault("prefix", "");
    count("LIST " + prefix);
    int most = Math.min(MAX_KEYS, Integer.parseInt(query.getOrDefault("max-keys", "1000")));
    int from = Integer.parseInt(query.getOrDefault("continuation-token", "0"));
    Optional<Instant> hour =
        prefix.startsWith(ROOT) && prefix.endsWith("/")
            ? RawKey.parseHour(prefix.substring(ROOT.length(), prefix.length() - 1))
                .filter(found -> objects.prefixes().contains(RawKey.hourPrefix(found)))
            : Optional.empty();
    StringBuilder found = new StringBuilder(320 * most);
    int count = hour.isPresent() ? keys(found, hour.get(), from, most) : folders(found, prefix);
    boolean more = hour.isPresent() && from + count < objects.objects();
    respond(
        exchange,
        200,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>\
        <Prefix>%s</Prefix><KeyCount>%d</KeyCount><MaxKeys>%d</MaxKeys><IsTruncated>%s</IsTruncated>\
        %s%s</ListBucketResult>"""
            .formatted(
                prefix,
                count,
                most,
                more,
                more ? "<NextContinuationToken>" + (from + count) + "</NextContinuationToken>" : "",
                found));
  }

  private int keys(StringBuilder found, Instant hour, int from, int most) {
    int end = Math.min(objects.objects(), from + most);
    for (int i = from; i < end; i++) {
      RawKey key = objects.key(hour, i);
      found
          .append("<Contents><Key>" + ROOT)
          .append(key.relative())
          .append("</Key><LastModified>")
          .append(GeneratedObjects.modified(hour))
          .append("</LastModified><ETag>&quot;")
          .append(entityTag(key))
          .append("&quot;</ETag><Size>")
          .append(objects.size())
          .append("</Size><StorageClass>STANDARD</StorageClass></Contents>");
    }
    return end - from;
  }

  /** Lists the next path elements below a prefix. */
  private int folders(StringBuilder found, String prefix) {
    List<String> folders =
        objects.prefixes().stream()
            .map(hour -> ROOT + hour + "/")
            .filter(hour -> hour.startsWith(prefix) && hour.length() > prefix.length())
            .map(hour -> hour.substring(0, hour.indexOf('/', prefix.length()) + 1))
            .distinct()
            .toList();
    for (String folder : folders) {
      found.append("<CommonPrefixes><Prefix>" + folder + "</Prefix></CommonPrefixes>");
    }
    return folders.size();
  }

  private void object(HttpExchange exchange, String path) throws IOException {
    Optional<RawKey> key =
        path.startsWith(ROOT)
            ? RawKey.parse(path.substring(ROOT.length())).filter(objects::has)
            : Optional.empty();
    if (key.isEmpty()) {
      fail(exchange, 404, "NoSuchKey");
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", '"' + entityTag(key.get()) + '"');
    headers.set("Last-Modified", HTTP_DATE.format(GeneratedObjects.modified(key.get().hour())));
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", "application/octet-stream");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(objects.size()));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    byte[] body = objects.body(key.get());
    String wanted = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(wanted == null ? "" : wanted);
    if (range.matches() && Long.parseLong(range.group(1)) < body.length) {
      int first = Integer.parseInt(range.group(1));
      int last =
          range.group(2).isEmpty()
              ? body.length - 1
              : (int) Math.min(body.length - 1, Long.parseLong(range.group(2)));
      headers.set("Content-Range", "bytes %d-%d/%d".formatted(first, last, body.length));
      send(exchange, 206, Arrays.copyOfRange(body, first, last + 1));
    } else {
      send(exchange, 200, body);
    }
  }

  private static String entityTag(RawKey key) {
    return key.id().toString().replace("-", "");
  }

  private static void fail(HttpExchange exchange, int status, String code) throws IOException {
    respond(
        exchange,
        status,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>%s</Code><Message>of generated objects</Message></Error>"""
            .formatted(code));
  }

  private static void respond(HttpExchange exchange, int status, String xml) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    send(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean silent = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(status, silent ? -1 : body.length);
    if (!silent) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
