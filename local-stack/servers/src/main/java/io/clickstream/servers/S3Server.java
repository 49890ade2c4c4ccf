package io.clickstream.servers;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An S3 server over HTTP on loopback (S3Proxy on a folder). It runs in a class loader of its own,
 * because its libraries conflict with Spark's.
 */
public final class S3Server implements AutoCloseable {

  /** The access key. It is public: the server listens on loopback and holds simulated data. */
  public static final String ACCESS_KEY = "local";

  /** The secret key, public as well. */
  public static final String SECRET_KEY = "local-secret";

  private static final String SERVER_CLASS = "io.clickstream.servers.s3.S3ProxyServer";

  private final URLClassLoader libraries;
  private final AutoCloseable server;
  private final URI endpoint;

  /**
   * Starts a server.
   *
   * @param jars the class path of the server
   * @param folder an existing folder for buckets and objects
   * @param port the port; 0 for a free one
   * @param buckets the buckets to create if missing
   */
  public S3Server(List<Path> jars, Path folder, int port, List<String> buckets) {
    libraries = new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(libraries);
    try {
      Object started =
          libraries
              .loadClass(SERVER_CLASS)
              .getConstructor(Path.class, int.class, String.class, String.class, List.class)
              .newInstance(
                  folder.toAbsolutePath().normalize(), port, ACCESS_KEY, SECRET_KEY, buckets);
      server = (AutoCloseable) started;
      endpoint = (URI) ((Supplier<?>) started).get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot start the S3 server.", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] urls(List<Path> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("Cannot load " + jars.get(i) + ".", e);
      }
    }
    return urls;
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return endpoint;
  }

  /** Returns the settings with which Spark reads the server by {@code s3a://}. */
  public Map<String, String> sparkSettings() {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", endpoint.toString(),
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled", "false",
        "spark.hadoop.fs.s3a.access.key", ACCESS_KEY,
        "spark.hadoop.fs.s3a.secret.key", SECRET_KEY,
        "spark.hadoop.fs.s3a.connection.maximum", "128");
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
    } catch (Exception e) {
      throw new IOException("Cannot stop the S3 server.", e);
    } finally {
      libraries.close();
    }
  }
}
