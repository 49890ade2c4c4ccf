package io.clickstream.servers.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server over HTTP on loopback that keeps its objects in a folder. {@code
 * io.clickstream.servers.S3Server} loads it in a class loader of its own, so its interface has JDK
 * types only: it supplies its endpoint, and can be closed.
 */
public final class S3ProxyServer implements Supplier<URI>, AutoCloseable {

  private static final int MAX_THREADS = 200;

  private final S3Proxy server;

  /**
   * Starts the server.
   *
   * @param folder an existing folder for buckets and objects
   * @param port the port; 0 for a free one
   * @param buckets the buckets to create if missing
   */
  public S3ProxyServer(
      Path folder, int port, String accessKey, String secretKey, List<String> buckets)
      throws Exception {
    FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(folder.toString());
    for (String bucket : buckets) {
      if (!store.containerExists(bucket)) {
        store.createContainer(bucket);
      }
    }
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .ignoreUnknownHeaders(true)
            .jettyMaxThreads(MAX_THREADS)
            .build();
    server.start();
  }

  @Override
  public URI get() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop the S3 server.", e);
    }
  }
}
