package io.clickstream.servers;

import java.io.IOException;
import java.io.StringReader;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * An S3 server over HTTP on loopback (S3Proxy on a folder). It runs in a class loader of its own,
 * because its libraries conflict with Spark's.
 *
 * <p>It answers signed requests only. The keys are random. A file beside the folder of the objects
 * holds them. Only this user may read the file and the folder.
 */
public final class S3Server implements AutoCloseable {

  /** The ending of the name of the file with the keys. */
  private static final String CREDENTIALS = ".credentials";

  private static final String SERVER_CLASS = "io.clickstream.servers.s3.S3ProxyServer";

  private final URLClassLoader libraries;
  private final AutoCloseable server;
  private final URI endpoint;
  private final Path credentials;
  private final String accessKey;
  private final String secretKey;

  /**
   * Starts a server.
   *
   * @param jars the class path of the server
   * @param folder the folder for buckets and objects; created if missing
   * @param port the port; 0 for a free one
   * @param buckets the buckets to create if missing
   */
  public S3Server(List<Path> jars, Path folder, int port, List<String> buckets) throws IOException {
    Path objects = PrivateFiles.folder(folder.toAbsolutePath().normalize());
    credentials = objects.resolveSibling(objects.getFileName() + CREDENTIALS);
    Properties keys = keys(credentials);
    accessKey = keys.getProperty("aws_access_key_id");
    secretKey = keys.getProperty("aws_secret_access_key");
    libraries = new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(libraries);
    try {
      Object started =
          libraries
              .loadClass(SERVER_CLASS)
              .getConstructor(Path.class, int.class, String.class, String.class, List.class)
              .newInstance(objects, port, accessKey, secretKey, buckets);
      server = (AutoCloseable) started;
      endpoint = (URI) ((Supplier<?>) started).get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot start the S3 server.", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Reads the keys, after it has made them in the format of AWS's tools if there are none. */
  private static Properties keys(Path file) throws IOException {
    if (!Files.exists(file)) {
      PrivateFiles.write(
          file,
          """
          [default]
          aws_access_key_id = %s
          aws_secret_access_key = %s
          region = us-east-1
          """
              .formatted(PrivateFiles.secret(), PrivateFiles.secret()));
    }
    Properties keys = new Properties();
    keys.load(new StringReader(PrivateFiles.read(file)));
    return keys;
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

  /** Returns the key id of the only user. */
  public String accessKey() {
    return accessKey;
  }

  /** Returns the secret key of the only user. */
  public String secretKey() {
    return secretKey;
  }

  /** Returns the file with the keys, to which {@code AWS_SHARED_CREDENTIALS_FILE} may point. */
  public Path credentials() {
    return credentials;
  }

  /** Returns the settings with which Spark reads the server by {@code s3a://}. */
  public Map<String, String> sparkSettings() {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", endpoint.toString(),
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled", "false",
        "spark.hadoop.fs.s3a.access.key", accessKey,
        "spark.hadoop.fs.s3a.secret.key", secretKey,
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
